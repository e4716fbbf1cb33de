// What the store writes on behalf of everybody else.
#include <fmt/format.h>

#include "sql/audit_chain.hpp"
#include "sql/store_impl.hpp"
#include "sql/text.hpp"

namespace vendaval::sql {
namespace {

template <class Row>
void insert_all(connection& on, std::vector<Row> const& rows) {
  if (rows.empty()) return;
  auto const text = insert_into(table_of<Row>());
  for (auto const& row : rows) on.execute(text, columns_of(row));
}

bool is_there(connection& on, audit_row const& row) {
  return !on.query("SELECT 1 FROM audit WHERE id = :id", {row.id}, 1).empty();
}

void append_audit(connection& on, std::vector<audit_row> const& rows) {
  if (rows.empty()) return;
  on.script(on.speaks().lock_audit);
  auto const newest = store_rows<audit_row>(on, "ORDER BY number DESC LIMIT 1");
  auto number = newest.empty() ? 0 : newest[0].number;
  auto hash = newest.empty() ? std::string(audit_genesis) : newest[0].hash;
  auto const text = insert_into(table_of<audit_row>());
  for (auto const& given : rows) {
    auto row = storable(given);
    if (is_there(on, row)) continue;
    row.number = ++number;
    row.previous_hash = hash;
    row.hash = hash = audit_hash(row);
    on.execute(text, columns_of(row));
  }
}

audit_row end_of(run_row const& run, wall_time now) {
  audit_row row;
  row.at = now;
  row.actor = "vendaval";
  row.action = "end_run";
  row.reason = run.note;
  row.scope = fmt::format("run {} of {}", run.id, run.scenario);
  row.result = "marked error";
  return row;
}

void settle(connection& on, outbox_mark const& mark) {
  bool const accepted = mark.error.empty();
  auto const word = accepted ? mark.reference : std::optional(mark.error);
  on.execute(fmt::format("UPDATE outbox SET {} WHERE dedup_key = :key AND accepted_at IS NULL AND failed_at IS NULL",
                         accepted ? "accepted_at = :at, reference = :word, last_error = NULL, leased_until = NULL"
                                  : "failed_at = :at, last_error = :word, leased_until = NULL"),
             {iso8601(mark.at), word ? value(clean(*word)) : value(), clean(mark.dedup_key)});
}

void write(connection& on, batch const& rows) {
  insert_all(on, rows.incidents);  // before the notifications that point at them
  insert_all(on, rows.incident_details);
  insert_all(on, rows.incident_notes);
  insert_all(on, rows.states);
  insert_all(on, rows.outbox);
  insert_all(on, rows.runs);
  insert_all(on, rows.chaos_results);
  insert_all(on, rows.metrics);
  insert_all(on, rows.history);
  insert_all(on, rows.maintenance);
  for (auto const& mark : rows.outbox_marks) settle(on, mark);  // after the rows they may be about
  append_audit(on, rows.audit);
}

}  // namespace

result<> store::commit(batch const& rows) { return commit(std::span(&rows, 1)); }

result<> store::commit(std::span<batch const> group) {
  return impl_->write([&](connection& on) {
    for (auto const& rows : group) write(on, rows);
  });
}

result<std::vector<run_row>> store::end_runs_left_running(wall_time now, std::string_view why) {
  return impl_->write([&](connection& on) {
    batch ended;
    ended.runs = store_rows<run_row>(on, "WHERE state = 'running' AND started_at <= :now ORDER BY started_at, id",
                                     {iso8601(now)});
    for (auto& run : ended.runs) {
      run.state = "error";
      run.ended_at = now;
      run.note = why;
      ended.audit.push_back(end_of(run, now));
    }
    write(on, ended);
    return ended.runs;
  });
}

}  // namespace vendaval::sql
