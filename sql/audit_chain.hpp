#pragma once
/// What makes the audit tell when somebody has edited it: each record is hashed together with the hash of the one
/// before, so that a change anywhere changes every hash that follows.
#include <string>
#include <string_view>

#include "sql/rows.hpp"

namespace vendaval::sql {

/// The "hash before" of the first record.
inline constexpr std::string_view audit_genesis = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 over previous_hash, number, id, at, actor, action, reason, scope, lease and result, in this order, each
/// written as its length in bytes, a colon, its text and a comma: two different records never read the same.
std::string audit_hash(audit_row const& record);

}  // namespace vendaval::sql
