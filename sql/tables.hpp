#pragma once
/// How each row becomes columns and back: the one place that knows the names on both sides.
#include <span>
#include <string>
#include <string_view>

#include "sql/connection.hpp"
#include "sql/rows.hpp"

namespace vendaval::sql {

/// What an INSERT does when the key is already there.
enum class when_there { fail, keep, replace };

struct table {
  std::string_view name;
  std::span<std::string_view const> columns;  // as `read` takes them
  std::size_t written;                        // the first so many are given by columns_of; the store keeps the rest
  std::string_view key;
  when_there then;
  std::size_t spooled = 0;  // what the oldest release that could be spooled wrote of them; 0: all of them
};

/// For metric_row, incident_row, chaos_result_row, run_row, audit_row, outbox_row, history_row, maintenance_row.
template <class Row>
table const& table_of();
template <class Row>
Row read(values const& columns);

/// The values of the written columns. Throws a sentence for people when one of them can never be stored.
values columns_of(metric_row const& row);
values columns_of(incident_row const& row);
values columns_of(chaos_result_row const& row);
values columns_of(run_row const& row);
values columns_of(audit_row const& row);
values columns_of(outbox_row const& row);
values columns_of(incident_detail_row const& row);
values columns_of(incident_note_row const& row);
values columns_of(state_row const& row);
values columns_of(history_row const& row);
values columns_of(maintenance_row const& row);

/// Every text as it will be read back (sql/text.hpp), and an id: what the audit's hash is made of.
audit_row storable(audit_row row);

/// A UUID in lower case; throws when it is none. `what` names it: "incident id".
std::string uuid_text(std::string_view id, std::string_view what);

/// "INSERT INTO name (a, b) VALUES (:a, :b) ON CONFLICT (key) DO …"
std::string insert_into(table const& into);
/// "SELECT a, b FROM name AS waiting …rest"
std::string select_from(table const& from, std::string_view rest);

}  // namespace vendaval::sql
