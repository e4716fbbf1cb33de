#pragma once
/// All that differs between the two databases, besides their migrations. Everything else is SQL that both speak, with
/// values passed as text: each database converts them to the column's type or refuses them.
#include <span>
#include <string_view>

#include "sql/migrations.hpp"

namespace vendaval::sql {

struct dialect {
  std::span<std::string_view const> settings;  // run on every new connection
  std::string_view begin;                      // starts a transaction that will write
  std::string_view lock_schema;                // inside it: nobody else migrates until it ends
  std::string_view lock_audit;                 // inside it: nobody else appends to the chain until it ends
  std::string_view lock_history;               // inside it: nobody else rolls up until it ends
  std::string_view for_claim;                  // ends the SELECT of rows that this transaction is about to claim
};

dialect const& dialect_of(engine which);

}  // namespace vendaval::sql
