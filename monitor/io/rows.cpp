#include "monitor/io/rows.hpp"

#include <boost/json.hpp>

#include "monitor/io/memory.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

sql::outbox_row row_of(notification const& n, timeline const& calendar) {
  sql::outbox_row row;
  if (!n.incident_id.empty()) row.incident_id = n.incident_id;
  row.channel = n.channel;
  row.kind = name_of(n.kind);
  row.payload = n.payload_json;
  row.dedup_key = n.fingerprint;
  row.created_at = row.next_attempt_at = calendar.at(n.created);
  return row;
}

constexpr double most_there_is_room_for = 999'999.9999;  // in a DECIMAL(10,4)

struct metric_window {
  std::string const& institution;
  timeline const& calendar;
  time_point from, to;
};

sql::metric_row metric(metric_window const& w, std::string type, double value, json::object metadata) {
  metadata["window_s"] = std::chrono::duration<double>(w.to - w.from).count();
  metadata["source"] = "proxy";
  if (value > most_there_is_room_for) {
    metadata["clamped_from"] = value;
    value = most_there_is_room_for;
  }
  sql::metric_row row;
  row.institution_id = w.institution;
  row.metric_type = std::move(type);
  row.value = value;
  row.timestamp = w.calendar.at(w.to);
  row.metadata = json::serialize(metadata);
  return row;
}

double milliseconds_of(duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

void add_rows(std::vector<sql::metric_row>& rows, metric_window const& w, totals const& all, totals const& bank) {
  auto const& counts = all.counts;
  auto const about = [&](std::string_view unit, std::uint64_t n) {
    return json::object{{"unit", unit}, {"op_class", "all"}, {"n", n}, {"injected_failures", counts.injected_bad}};
  };
  if (auto const success = counts.success())
    rows.push_back(metric(w, "success_rate", success->value, about("percent", counts.judged())));
  if (auto const errors = counts.errors())
    rows.push_back(metric(w, "error_rate", errors->value, about("percent", counts.judged())));
  for (double const q : {0.5, 0.95, 0.99})
    if (auto const latency = all.latencies.quantile(q)) {
      auto metadata = about("ms", all.latencies.count());
      metadata["quantile"] = q;
      rows.push_back(metric(w, "latency", milliseconds_of(*latency), std::move(metadata)));
    }
  if (auto const up = bank.counts.attributable_success()) {
    auto metadata = about("percent", bank.counts.good + bank.counts.genuine_bad());
    metadata["op_class"] = "link+retrieve";
    metadata["without"] = "injected failures";
    rows.push_back(metric(w, "uptime", up->value, std::move(metadata)));
  }
}

}  // namespace

sql::incident_row row_of(incident const& i, timeline const& calendar) {
  sql::incident_row row;
  row.id = i.id;
  row.institution_id = i.institution;
  row.incident_type = name_of(i.type);
  row.severity = name_of(i.grade);
  row.status = name_of(i.status);
  row.description = i.description;
  row.started_at = calendar.at(i.started_at);
  if (i.resolved_at) row.resolved_at = calendar.at(*i.resolved_at);
  if (!i.resolution_notes.empty()) row.resolution_notes = i.resolution_notes;
  row.affected_users_count = i.affected_users;
  if (!i.created_by.empty()) row.created_by = i.created_by;
  if (!i.assigned_to.empty()) row.assigned_to = i.assigned_to;
  return row;
}

sql::batch rows_of(effects const& what, timeline const& calendar) {
  sql::batch batch;
  for (auto const& change : what.incidents) {
    batch.incidents.push_back(row_of(change.now, calendar));
    batch.incident_details.push_back(detail_row_of(change.now, calendar));
    for (auto& n : note_rows_of(change.now, calendar)) batch.incident_notes.push_back(std::move(n));
  }
  for (auto const& s : what.silences) batch.states.push_back(state_row_of(s, calendar));
  for (auto const& change : what.alerts)
    if (auto row = state_row_of(change, calendar)) batch.states.push_back(std::move(*row));
  for (auto const& n : what.notifications) batch.outbox.push_back(row_of(n, calendar));
  return batch;
}

std::vector<sql::metric_row> metric_rows(monitor const& m, time_point from, time_point to) {
  std::vector<sql::metric_row> rows;
  for (auto const& institution : m.seen().seen()) {
    auto const all = m.seen().window(institution, {}, from, to);
    auto const bank = m.seen().window(institution, bank_touching(), from, to);
    add_rows(rows, {institution, m.settings().time, from, to}, all, bank);
  }
  return rows;
}

}  // namespace vendaval::monitor
