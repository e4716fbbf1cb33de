#include "monitor/history/objectives.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

bool any(std::array<std::uint64_t, outcome_count> const& counts) {
  return std::ranges::any_of(counts, [](auto n) { return n != 0; });
}

std::optional<bool> reaches(call_share const& calls, percent target) {
  auto const value = calls.value();
  return value ? std::optional(value->value >= target.value) : std::nullopt;
}

void add_failures(objective_line& line, figures const& f) {
  for (std::size_t i = 0; i != outcome_count; ++i) {
    auto const what = static_cast<outcome>(i);
    if (what != outcome::ok && what != outcome::mfa && what != outcome::client_gone) line.failures[i] += f.genuine[i];
  }
}

void read_hours(objective_line& line, std::span<sql::history_row const> rows) {
  std::set<wall_time> all, drilled;
  std::vector<figures> each;
  for (auto const& row : rows) {
    each.push_back(read_figures(row));
    all.insert(row.began_at);
    if (any(each.back().injected)) drilled.insert(row.began_at);
  }
  for (std::size_t i = 0; i != rows.size(); ++i) {
    add_failures(line, each[i]);
    if (drilled.contains(rows[i].began_at)) continue;
    line.latencies.merge(each[i].latencies);
    line.by_operation[rows[i].operation].merge(each[i].latencies);
  }
  line.hours = all.size() - drilled.size();
  line.hours_left_out = drilled.size();
}

json::value maybe(std::optional<bool> met) { return met ? json::value(*met) : json::value(nullptr); }
json::value ms(std::optional<duration> d) {
  return d ? json::value(std::chrono::duration<double, std::milli>(*d).count()) : json::value(nullptr);
}

json::object share_json(call_share const& s, std::optional<bool> met) {
  auto const value = s.value();
  return {{"percent", value ? json::value(value->value) : json::value(nullptr)},
          {"good", s.good},
          {"failed", s.failed},
          {"met", maybe(met)}};
}

json::object quantiles(sketch const& of) {
  return {{"calls", of.count()},
          {"mean_ms", ms(of.mean())},
          {"p50_ms", ms(of.quantile(0.5))},
          {"p95_ms", ms(of.quantile(0.95))},
          {"p99_ms", ms(of.quantile(0.99))}};
}

json::object latency_json(objective_line const& l) {
  auto latency = quantiles(l.latencies);
  latency["met"] = maybe(l.p95_met);
  latency["hours"] = l.hours;
  latency["hours_left_out"] = l.hours_left_out;
  json::object operations;
  for (auto const& [name, of] : l.by_operation) operations[name] = quantiles(of);
  latency["operations"] = std::move(operations);
  return latency;
}

json::object failures_json(objective_line const& l) {
  json::object failures;
  for (std::size_t i = 0; i != outcome_count; ++i)
    if (l.failures[i] != 0) failures[outcome_names[i]] = l.failures[i];
  return failures;
}

json::object line_json(objective_line const& l, std::optional<objective> only) {
  auto const wanted = [only](objective o) { return !only || *only == o; };
  json::object line{{"institution", l.institution}};
  if (wanted(objective::success)) line["success"] = share_json(l.success, l.success_met);
  if (wanted(objective::latency)) line["latency"] = latency_json(l);
  if (wanted(objective::availability)) line["availability"] = share_json(l.availability, l.availability_met);
  if (wanted(objective::recovery))
    line["recovery"] = {
        {"mean_ms", ms(l.recovery.mean)}, {"incidents", l.recovery.incidents}, {"met", maybe(l.recovery_met)}};
  if (wanted(objective::success)) line["failures"] = failures_json(l);
  return line;
}

}  // namespace

bool objective_line::missed(std::optional<objective> which) const {
  std::array const met{success_met, p95_met, availability_met, recovery_met};  // in the order of objective
  if (which) return met[static_cast<std::size_t>(*which)] == false;
  return std::ranges::any_of(met, [](std::optional<bool> one) { return one == false; });
}

objective_line judge(objective_facts const& facts, objectives const& wanted) {
  objective_line line;
  line.institution = facts.shares.institution;
  line.success = facts.shares.end_to_end.shares.without_drills;
  line.availability = facts.shares.attributable.shares.without_drills;
  read_hours(line, facts.hours);
  incident_choice critical;
  critical.grade = severity::critical;
  line.recovery = statistics(facts.incidents, critical).resolved;
  line.success_met = reaches(line.success, wanted.success);
  line.availability_met = reaches(line.availability, wanted.availability);
  if (auto const p95 = line.latencies.quantile(0.95)) line.p95_met = *p95 < wanted.p95;
  if (line.recovery.mean) line.recovery_met = *line.recovery.mean < wanted.recovery;
  return line;
}

json::object to_json(objective_report const& report, std::optional<objective> only) {
  json::array lines;
  for (auto const& l : report.lines) lines.push_back(line_json(l, only));
  auto const& w = report.wanted;
  return {{"from", iso8601(report.from)},
          {"until", iso8601(report.until)},
          {"wanted",
           {{"success_percent", w.success.value},
            {"p95_ms", ms(w.p95)},
            {"availability_percent", w.availability.value},
            {"recovery_ms", ms(w.recovery)}}},
          {"institutions", std::move(lines)}};
}

}  // namespace vendaval::monitor
