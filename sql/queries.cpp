// What the store tells the views.
#include <fmt/format.h>

#include "sql/audit_chain.hpp"
#include "sql/store_impl.hpp"
#include "sql/text.hpp"
#include "sql/uuid.hpp"

namespace vendaval::sql {
namespace {

values up_to(int limit) { return {std::to_string(limit)}; }

std::optional<audit_break> first_break(std::vector<audit_row> const& chain) {
  std::string before(audit_genesis);
  std::int64_t number = 0;
  for (auto const& row : chain) {
    if (row.number != ++number) return audit_break{number, "this record is missing"};
    if (row.previous_hash != before) return audit_break{number, "it does not follow the record before it"};
    if (row.hash != audit_hash(row)) return audit_break{number, "its text is not what was written"};
    before = row.hash;
  }
  return std::nullopt;
}

}  // namespace

result<std::vector<run_row>> store::runs_left_running() {
  return impl_->rows<run_row>("WHERE state = 'running' ORDER BY started_at, id");
}

result<std::optional<run_row>> store::run(std::string_view id) {
  if (!is_uuid(id)) return std::nullopt;  // nothing has such a name
  return impl_->first_row<run_row>("WHERE id = :id", {uuid_text(id, "run id")});
}

result<std::vector<run_row>> store::recent_runs(int limit) {
  return impl_->rows<run_row>("ORDER BY started_at DESC, id LIMIT :limit", up_to(limit));
}

result<std::optional<incident_row>> store::incident(std::string_view id) {
  if (!is_uuid(id)) return std::nullopt;
  return impl_->first_row<incident_row>("WHERE id = :id", {uuid_text(id, "incident id")});
}

result<std::vector<incident_row>> store::open_incidents() {
  return impl_->rows<incident_row>("WHERE status IN ('open', 'investigating') ORDER BY started_at DESC, id");
}

result<std::vector<incident_row>> store::recent_incidents(int limit) {
  return impl_->rows<incident_row>("ORDER BY started_at DESC, id LIMIT :limit", up_to(limit));
}

result<std::vector<chaos_result_row>> store::recent_chaos_results(int limit) {
  return impl_->rows<chaos_result_row>("ORDER BY executed_at DESC, id LIMIT :limit", up_to(limit));
}

result<std::vector<metric_row>> store::recent_metrics(metric_filter const& filter, int limit) {
  std::string where = "WHERE 1 = 1";
  values given;
  auto const narrow = [&](std::string_view condition, value with) {
    if (!with) return;
    where += fmt::format(" AND {}", condition);
    given.push_back(std::move(with));
  };
  narrow("institution_id = :institution", filter.institution_id);
  narrow("metric_type = :type", filter.metric_type);
  narrow("timestamp >= :since", filter.since.transform(iso8601));
  narrow("timestamp < :until", filter.until.transform(iso8601));
  given.push_back(std::to_string(limit));
  return impl_->rows<metric_row>(where + " ORDER BY timestamp DESC, id LIMIT :limit", given);
}

template <class Row>
result<std::vector<Row>> store::page(export_filter const& filter) {
  constexpr std::string_view time = std::is_same_v<Row, metric_row>     ? "timestamp"
                                    : std::is_same_v<Row, incident_row> ? "started_at"
                                                                        : "executed_at";
  std::string where = "WHERE 1 = 1";
  values given;
  auto const narrow = [&](std::string const& condition, value with) {
    if (!with) return;
    where += " AND " + condition;
    given.push_back(std::move(with));
  };
  narrow("institution_id = :institution", filter.institution_id);
  narrow(fmt::format("{} >= :since", time), filter.since.transform(iso8601));
  narrow(fmt::format("{} < :until", time), filter.until.transform(iso8601));
  if (auto const& after = filter.after) {
    where += fmt::format(" AND ({}, id) > (:at, :id)", time);
    given.insert(given.end(), {iso8601(after->at), after->id});
  }
  given.push_back(std::to_string(filter.limit));
  return impl_->rows<Row>(fmt::format("{} ORDER BY {}, id LIMIT :limit", where, time), given);
}
template result<std::vector<metric_row>> store::page(export_filter const&);
template result<std::vector<incident_row>> store::page(export_filter const&);
template result<std::vector<chaos_result_row>> store::page(export_filter const&);

result<std::vector<audit_row>> store::recent_audit(int limit) {
  return impl_->rows<audit_row>("ORDER BY number DESC LIMIT :limit", up_to(limit));
}

result<std::optional<audit_row>> store::latest_audit(std::span<std::string const> actions) {
  std::string listed;
  values given;
  for (auto const& action : actions) {
    listed += fmt::format("{}:action_{}", listed.empty() ? "" : ", ", given.size());
    given.emplace_back(action);
  }
  if (given.empty()) return std::nullopt;
  return impl_->first_row<audit_row>(fmt::format("WHERE action IN ({}) ORDER BY number DESC LIMIT 1", listed), given);
}

result<store_counts> store::counts() {
  constexpr std::string_view text =
      "SELECT (SELECT count(*) FROM banking_connector_metrics), (SELECT count(*) FROM banking_incidents),"
      " (SELECT count(*) FROM banking_incidents WHERE status IN ('open', 'investigating')),"
      " (SELECT count(*) FROM chaos_test_results), (SELECT count(*) FROM runs),"
      " (SELECT count(*) FROM runs WHERE state = 'running'), (SELECT count(*) FROM audit),"
      " (SELECT count(*) FROM outbox WHERE accepted_at IS NULL AND failed_at IS NULL),"
      " (SELECT count(*) FROM outbox WHERE accepted_at IS NOT NULL),"
      " (SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL)";
  return impl_->read([&](connection& on) {
    store_counts counts;
    auto const row = on.query(std::string(text), {}, 10).at(0);
    auto cell = row.begin();
    for (auto* const count :
         {&counts.metrics, &counts.incidents, &counts.open_incidents, &counts.chaos_results, &counts.runs,
          &counts.runs_running, &counts.audit, &counts.outbox_waiting, &counts.outbox_accepted, &counts.outbox_dead})
      *count = parse_integer(**cell++);
    return counts;
  });
}

result<std::optional<audit_break>> store::verify_audit() {
  return impl_->read([](connection& on) { return first_break(store_rows<audit_row>(on, "ORDER BY number")); });
}

}  // namespace vendaval::sql
