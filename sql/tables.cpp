#include "sql/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "sql/text.hpp"
#include "sql/uuid.hpp"

namespace vendaval::sql {
namespace {

using names = std::string_view;

constexpr std::array<names, 6> metric_columns{"id",           "institution_id", "metric_type",
                                              "metric_value", "timestamp",      "metadata"};
constexpr std::array<names, 12> incident_columns{
    "id",          "institution_id",   "incident_type",        "severity",   "status",     "description", "started_at",
    "resolved_at", "resolution_notes", "affected_users_count", "created_by", "assigned_to"};
constexpr std::array<names, 9> chaos_columns{"id",         "test_name",   "institution_id",   "test_type",
                                             "status",     "duration_ms", "recovery_time_ms", "details",
                                             "executed_at"};
constexpr std::array<names, 9> run_columns{"id",       "scenario", "institution", "state", "started_at",
                                           "ended_at", "owner",    "journal",     "note"};
constexpr std::array<names, 11> audit_columns{"number", "id",    "at",     "actor",         "action", "reason",
                                              "scope",  "lease", "result", "previous_hash", "hash"};
constexpr std::array<names, 14> outbox_columns{
    "incident_id", "channel",  "kind",         "payload",     "dedup_key", "created_at", "next_attempt_at",
    "id",          "attempts", "leased_until", "accepted_at", "failed_at", "last_error", "reference"};
constexpr std::array<names, 17> history_columns{
    "institution_id", "grain",        "began_at", "operation",         "writer",   "good",        "bad",
    "neither",        "injected_bad", "platform", "injected_platform", "bank_bad", "probes_good", "probes_bad",
    "outcomes",       "latencies",    "clients"};
constexpr std::array<names, 7> maintenance_columns{"id",           "institution_id", "from_at", "until_at",
                                                   "announced_at", "reason",         "source"};

constexpr table metrics{"banking_connector_metrics", metric_columns, 6, "id", when_there::keep};
constexpr table incidents{"banking_incidents", incident_columns, 12, "id", when_there::replace};
constexpr table chaos_results{"chaos_test_results", chaos_columns, 9, "id", when_there::replace};
constexpr table runs{"runs", run_columns, 9, "id", when_there::replace};
constexpr table audit{"audit", audit_columns, 11, "number", when_there::fail};
constexpr table outbox{"outbox", outbox_columns, 7, "dedup_key", when_there::keep};
constexpr table history{
    "traffic_history", history_columns, 17, "institution_id, grain, began_at, operation, writer", when_there::keep, 16};
constexpr table maintenance{"maintenance_windows", maintenance_columns, 7, "id", when_there::replace};

value from(std::string const& text) { return clean(text); }
value from(std::optional<std::string> const& text) { return text ? from(*text) : value(); }
value from(wall_time t) { return iso8601(t); }
value from(std::optional<wall_time> t) { return t ? from(*t) : value(); }
value from(std::int64_t n) { return std::to_string(n); }
value from(std::optional<std::int64_t> n) { return n ? from(*n) : value(); }
value json(std::string const& text) { return text.empty() ? value() : from(text); }

/// Hands out columns in order. A NULL that the mission's tables allow but our rows do not reads as empty.
class reader {
 public:
  explicit reader(values const& columns) : columns_(columns) {}
  std::string text() { return next().value_or(""); }
  std::optional<std::string> maybe_text() { return next(); }
  wall_time time() { return maybe_time().value_or(wall_time{}); }
  std::optional<wall_time> maybe_time() { return next().transform(parse_time_of); }
  std::int64_t integer() { return maybe_integer().value_or(0); }
  std::optional<std::int64_t> maybe_integer() { return next().transform(parse_integer); }
  double number() { return next().transform(parse_number).value_or(0); }

 private:
  static wall_time parse_time_of(std::string const& text) { return parse_time(text); }
  value const& next() { return columns_.at(at_++); }
  values const& columns_;
  std::size_t at_ = 0;
};

std::string id_or_new(std::string const& id, std::string_view what) {
  return id.empty() ? new_uuid() : uuid_text(id, what);
}

}  // namespace

template <>
table const& table_of<metric_row>() {
  return metrics;
}
template <>
table const& table_of<incident_row>() {
  return incidents;
}
template <>
table const& table_of<chaos_result_row>() {
  return chaos_results;
}
template <>
table const& table_of<run_row>() {
  return runs;
}
template <>
table const& table_of<audit_row>() {
  return audit;
}
template <>
table const& table_of<outbox_row>() {
  return outbox;
}
template <>
table const& table_of<history_row>() {
  return history;
}
template <>
table const& table_of<maintenance_row>() {
  return maintenance;
}

// The braces of an initializer list are evaluated left to right, so each field takes its own column.
template <>
metric_row read<metric_row>(values const& columns) {
  reader r(columns);
  return {r.text(), r.text(), r.text(), r.number(), r.time(), r.text()};
}
template <>
incident_row read<incident_row>(values const& columns) {
  reader r(columns);
  return {r.text(), r.text(),       r.text(),       r.text(),    r.text(),       r.text(),
          r.time(), r.maybe_time(), r.maybe_text(), r.integer(), r.maybe_text(), r.maybe_text()};
}
template <>
chaos_result_row read<chaos_result_row>(values const& columns) {
  reader r(columns);
  return {r.text(),          r.text(),          r.maybe_text(), r.text(), r.text(),
          r.maybe_integer(), r.maybe_integer(), r.text(),       r.time()};
}
template <>
run_row read<run_row>(values const& columns) {
  reader r(columns);
  return {r.text(), r.text(), r.maybe_text(), r.text(), r.time(), r.maybe_time(), r.text(), r.text(), r.text()};
}
template <>
audit_row read<audit_row>(values const& columns) {
  reader r(columns);
  audit_row row;
  row.number = r.integer();
  row.id = r.text();
  row.at = r.time();
  for (auto* const text :
       {&row.actor, &row.action, &row.reason, &row.scope, &row.lease, &row.result, &row.previous_hash, &row.hash})
    *text = r.text();
  return row;
}
template <>
outbox_row read<outbox_row>(values const& columns) {
  reader r(columns);
  outbox_row row;
  row.incident_id = r.maybe_text();
  for (auto* const text : {&row.channel, &row.kind, &row.payload, &row.dedup_key}) *text = r.text();
  row.created_at = r.time();
  row.next_attempt_at = r.time();
  row.id = r.integer();
  row.attempts = r.integer();
  for (auto* const time : {&row.leased_until, &row.accepted_at, &row.failed_at}) *time = r.maybe_time();
  row.last_error = r.maybe_text();
  row.reference = r.maybe_text();
  return row;
}

template <>
history_row read<history_row>(values const& columns) {
  reader r(columns);
  return {r.text(),
          r.text(),
          r.time(),
          r.text(),
          r.text(),
          {r.integer(), r.integer(), r.integer(), r.integer(), r.integer(), r.integer(), r.integer(), r.integer(),
           r.integer()},
          r.text(),
          r.text(),
          r.maybe_text().value_or("{}")};
}
template <>
maintenance_row read<maintenance_row>(values const& columns) {
  reader r(columns);
  return {r.text(), r.text(), r.time(), r.time(), r.time(), r.text(), r.text()};
}

values columns_of(metric_row const& row) {
  // PostgreSQL would store NaN as a number that poisons every average; SQLite would call it NULL.
  if (!std::isfinite(row.value))
    throw std::runtime_error(
        fmt::format("metric {} of {}: {} is not a figure", row.metric_type, row.institution_id, row.value));
  return {id_or_new(row.id, "metric id"),   from(row.institution_id), from(row.metric_type),
          fmt::format("{:.4f}", row.value), from(row.timestamp),      json(row.metadata)};
}
values columns_of(incident_row const& row) {
  return {uuid_text(row.id, "incident id"),
          from(row.institution_id),
          from(row.incident_type),
          from(row.severity),
          from(row.status),
          from(row.description),
          from(row.started_at),
          from(row.resolved_at),
          from(row.resolution_notes),
          from(row.affected_users_count),
          from(row.created_by),
          from(row.assigned_to)};
}
values columns_of(chaos_result_row const& row) {
  return {id_or_new(row.id, "chaos result id"),
          from(row.test_name),
          from(row.institution_id),
          from(row.test_type),
          from(row.status),
          from(row.duration_ms),
          from(row.recovery_time_ms),
          json(row.details),
          from(row.executed_at)};
}
values columns_of(run_row const& row) {
  return {uuid_text(row.id, "run id"), from(row.scenario), from(row.institution), from(row.state), from(row.started_at),
          from(row.ended_at),          from(row.owner),    from(row.journal),     from(row.note)};
}
values columns_of(audit_row const& row) {
  return {from(row.number), from(row.id),    from(row.at),    from(row.actor),  from(row.action),
          from(row.reason), from(row.scope), from(row.lease), from(row.result), from(row.previous_hash),
          from(row.hash)};
}
values columns_of(outbox_row const& row) {
  auto const incident = row.incident_id.transform([](auto const& id) { return uuid_text(id, "incident id"); });
  return {incident,
          from(row.channel),
          from(row.kind),
          from(row.payload),
          from(row.dedup_key),
          from(row.created_at),
          from(row.next_attempt_at)};
}
values columns_of(history_row const& row) {
  auto const& n = row.counts;
  return {from(row.institution_id),
          from(row.grain),
          from(row.began_at),
          from(row.operation),
          from(row.writer),
          from(n.good),
          from(n.bad),
          from(n.neither),
          from(n.injected_bad),
          from(n.platform),
          from(n.injected_platform),
          from(n.bank_bad),
          from(n.probes_good),
          from(n.probes_bad),
          from(row.outcomes),
          from(row.latencies),
          from(row.clients)};
}
values columns_of(maintenance_row const& row) {
  return {id_or_new(row.id, "maintenance id"),
          from(row.institution_id),
          from(row.from),
          from(row.until),
          from(row.announced_at),
          from(row.reason),
          from(row.source)};
}

audit_row storable(audit_row row) {
  row.id = id_or_new(row.id, "audit id");
  row.at = std::chrono::floor<std::chrono::milliseconds>(row.at);
  for (auto* const text : {&row.actor, &row.action, &row.reason, &row.scope, &row.lease, &row.result})
    *text = clean(*text);
  return row;
}

std::string uuid_text(std::string_view id, std::string_view what) {
  if (!is_uuid(id)) throw std::runtime_error(fmt::format("{} \"{}\" is not a UUID", what, id));
  std::string result(id);
  std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c; });
  return result;
}

std::string insert_into(table const& into) {
  auto const written = into.columns.first(into.written);
  auto text =
      fmt::format("INSERT INTO {} ({}) VALUES (:{})", into.name, fmt::join(written, ", "), fmt::join(written, ", :"));
  if (into.then == when_there::keep) text += fmt::format(" ON CONFLICT ({}) DO NOTHING", into.key);
  if (into.then != when_there::replace) return text;
  text += fmt::format(" ON CONFLICT ({}) DO UPDATE SET ", into.key);
  std::string_view between;
  for (auto const column : written)
    if (column != into.key) text += fmt::format("{0}{1} = excluded.{1}", std::exchange(between, ", "), column);
  return text;
}

std::string select_from(table const& from, std::string_view rest) {
  return fmt::format("SELECT {} FROM {} AS waiting {}", fmt::join(from.columns, ", "), from.name, rest);
}

}  // namespace vendaval::sql
