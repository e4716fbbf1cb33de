#include "monitor/views/views.hpp"

#include <cmath>

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

json::value when(std::optional<time_point> t, timeline const& time) {
  if (!t) return nullptr;
  return json::value(iso8601(time.at(*t)));
}
json::value ms(std::optional<duration> d) {
  if (!d) return nullptr;
  return json::value(std::chrono::duration<double, std::milli>(*d).count());
}
json::value share(std::optional<percent> p) {
  if (!p) return nullptr;
  return json::value(std::round(p->value * 1000) / 1000);
}

json::value text(std::string const& s) { return s.empty() ? json::value(nullptr) : json::value(s); }

json::array notes(incident const& i, timeline const& time) {
  json::array out;
  for (auto const& n : i.notes) out.push_back(json::object{{"at", when(n.at, time)}, {"by", n.by}, {"text", n.text}});
  return out;
}

json::object told(incident const& i) {
  json::object out;
  for (auto const& [channel, grade] : i.told) out[channel] = name_of(grade);
  return out;
}

json::object outcomes(tally const& n) {
  json::object out;
  for (std::size_t i = 0; i != outcome_count; ++i)
    if (auto const count = n.of(static_cast<outcome>(i)); count != 0) out[outcome_names[i]] = count;
  return out;
}

json::object summary_json(institution_summary const& s, timeline const& time) {
  json::array alerts;
  for (auto const& a : s.alerts) alerts.push_back(to_json(a, time));
  auto const& n = s.minute.counts;
  return {{"id", s.id},
          {"name", s.name},
          {"level", s.level()},
          {"window_s", 60},
          {"calls", {{"good", n.good}, {"bad", n.bad}, {"neither", n.neither}, {"injected_bad", n.injected_bad}}},
          {"outcomes", outcomes(n)},
          {"success_percent", share(s.success)},
          {"attributable_success_percent", share(s.attributable)},
          {"p50_ms", ms(s.p50)},
          {"p95_ms", ms(s.p95)},
          {"in_flight", s.minute.flying.count},
          {"oldest_in_flight_ms", ms(s.minute.flying.oldest)},
          {"drill", s.run.empty() ? json::value(nullptr) : json::value(s.run)},
          {"incident", s.open ? json::value(to_json(*s.open, time)) : json::value(nullptr)},
          {"alerts", std::move(alerts)}};
}

}  // namespace

json::object status_json(std::vector<institution_summary> const& all, timeline const& time, time_point now) {
  json::array banks;
  for (auto const& s : all) banks.push_back(summary_json(s, time));
  return {{"at", when(now, time)}, {"institutions", std::move(banks)}};
}

json::object alerts_json(std::vector<alert> const& all, timeline const& time) {
  json::array out;
  for (auto const& a : all) out.push_back(to_json(a, time));
  return {{"alerts", std::move(out)}};
}

json::object incidents_json(std::vector<incident> const& all, timeline const& time) {
  json::array out;
  for (auto const& i : all) out.push_back(to_json(i, time));
  return {{"incidents", std::move(out)}};
}

json::object to_json(alert const& a, timeline const& time) {
  auto const observed = a.last.samples == 0 ? json::value(nullptr) : json::value(a.last.observed);
  return {{"rule", a.rule},
          {"institution", a.institution},
          {"severity", name_of(a.grade)},
          {"state", name_of(a.state)},
          {"firing", a.firing},
          {"since", a.since == time_point{} ? json::value(nullptr) : when(a.since, time)},
          {"pending_since", when(a.pending_since, time)},
          {"fired_at", when(a.fired_at, time)},
          {"cleared_at", when(a.cleared_at, time)},
          {"observed", observed},
          {"samples", a.last.samples},
          {"explanation", a.why ? parsed(a.why->object) : json::value(nullptr)}};
}

json::object to_json(incident const& i, timeline const& time) {
  return {{"id", i.id},
          {"label", i.label()},
          {"institution_id", i.institution},
          {"incident_type", name_of(i.type)},
          {"severity", name_of(i.grade)},
          {"status", name_of(i.status)},
          {"description", i.description},
          {"started_at", when(i.started_at, time)},
          {"detected_at", when(i.opened_at, time)},
          {"detected_by", i.detected_by},
          {"alerted_at", when(i.alerted_at, time)},
          {"acknowledged_at", when(i.acknowledged_at, time)},
          {"acknowledged_by", text(i.acknowledged_by)},
          {"resolved_at", when(i.resolved_at, time)},
          {"closed_at", when(i.closed_at, time)},
          {"closed_by", text(i.closed_by)},
          {"resolution_notes", text(i.resolution_notes)},
          {"affected_users_count", i.affected_users},
          {"created_by", i.created_by},
          {"assigned_to", text(i.assigned_to)},
          {"drill", i.drill},
          {"run", text(i.run)},
          {"updates", notes(i, time)},
          {"part_of", text(i.part_of)},
          {"institutions", json::value_from(i.institutions)},
          {"told", told(i)},
          {"masked", i.masked},
          {"firing", json::value_from(i.firing)},
          {"suppressed", i.suppressed},
          {"reopened", i.reopened}};
}

json::object to_json(incident_statistics const& s) {
  auto const mean = [](mean_of const& m) {
    return m.mean ? json::value(std::chrono::duration<double>(*m.mean).count()) : json::value(nullptr);
  };
  return {{"incidents", s.incidents},
          {"open", s.open},
          {"drills", s.drills},
          {"mttd_s", mean(s.detected)},
          {"alerted_s", mean(s.alerted)},
          {"mtta_s", mean(s.acknowledged)},
          {"mttr_s", mean(s.resolved)},
          {"acknowledged", s.acknowledged.incidents},
          {"resolved", s.resolved.incidents}};
}

json::object to_json(silence const& s, timeline const& time) {
  return {{"id", s.id},
          {"institution", text(s.institution)},
          {"rule", text(s.rule)},
          {"severity", s.at_most ? json::value(name_of(*s.at_most)) : json::value(nullptr)},
          {"run", text(s.run)},
          {"by", s.by},
          {"reason", s.reason},
          {"from", when(s.from, time)},
          {"until", when(s.until, time)}};
}

json::object silences_json(monitor const& m, timeline const& time, time_point now) {
  json::array silences, maintenance;
  for (auto const& s : m.silences()) silences.push_back(to_json(s, time));
  for (auto const& [plan, until] : m.maintenance_now(now))
    maintenance.push_back(json::object{
        {"institutions", json::value_from(plan.institutions)}, {"until", iso8601(until)}, {"reason", plan.reason}});
  return {{"silences", std::move(silences)}, {"maintenance", std::move(maintenance)}};
}

json::object history_json(std::deque<told_change> const& all, timeline const& time) {
  json::array out;
  for (auto c = all.rbegin(); c != all.rend(); ++c)
    out.push_back(json::object{{"at", when(c->what.at, time)},
                               {"from", name_of(c->what.from)},
                               {"alert", to_json(c->what.now, time)},
                               {"withheld", text(c->withheld)}});
  return {{"changes", std::move(out)}};
}

json::object to_json(ledger const& l, timeline const& time) {
  json::object marks;
  for (std::size_t i = 0; i != mark_count; ++i) marks[mark_names[i]] = when(l.at[i], time);
  return {{"marks", std::move(marks)}, {"detection_ms", ms(l.detection())}, {"recovery_ms", ms(l.recovery())}};
}

json::object to_json(breaker_finding const& f, timeline const& time) {
  json::array spacing;
  for (auto const d : f.spacing) spacing.push_back(ms(d));
  return {{"verdict", name_of(f.verdict)},
          {"opened_at", when(f.opened_at, time)},
          {"declared_at", when(f.declared_at, time)},
          {"closed_at", when(f.closed_at, time)},
          {"rate_recovered_at", when(f.rate_recovered_at, time)},
          {"failures_before_open", f.failures_before_open},
          {"probes", f.probes},
          {"spacing_ms", std::move(spacing)},
          {"wait_least_ms", ms(f.wait_least)},
          {"wait_most_ms", ms(f.wait_most)},
          {"p_value", f.p_value ? json::value(*f.p_value) : json::value(nullptr)},
          {"expected_per_minute", f.expected.per_second * 60},
          {"dispersion", f.expected.dispersion},
          {"evidence", f.evidence}};
}

}  // namespace vendaval::monitor
