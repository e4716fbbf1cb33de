#include "sql/audit_chain.hpp"

#include <fmt/format.h>

#include "sql/sha256.hpp"

namespace vendaval::sql {

std::string audit_hash(audit_row const& record) {
  std::string text;
  for (auto const& part : {record.previous_hash, std::to_string(record.number), record.id, iso8601(record.at),
                           record.actor, record.action, record.reason, record.scope, record.lease, record.result})
    text += fmt::format("{}:{},", part.size(), part);
  return sha256(text);
}

}  // namespace vendaval::sql
