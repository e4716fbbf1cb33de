#include "monitor/history/views.hpp"

#include <cmath>

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

double rounded(double value) { return std::round(value * 10'000) / 10'000; }
double ms(duration d) { return std::chrono::duration<double, std::milli>(d).count(); }
json::value ms(std::optional<duration> d) { return d ? json::value(ms(*d)) : json::value(nullptr); }
json::value maybe(std::optional<double> n) { return n ? json::value(rounded(*n)) : json::value(nullptr); }

json::object to_json(call_share const& s) {
  auto const share = s.value();
  return {{"percent", share ? json::value(rounded(share->value)) : json::value(nullptr)},
          {"good", s.good},
          {"failed", s.failed}};
}

json::object to_json(burn_pair const& b) {
  return {{"limit", b.limit},
          {"long_window_ms", ms(b.long_window)},
          {"long_rate", maybe(b.long_rate)},
          {"short_window_ms", ms(b.short_window)},
          {"short_rate", maybe(b.short_rate)},
          {"burning", b.burning()}};
}

json::object to_json(sla_side const& s) {
  auto const& b = s.budget;
  return {{"without_drills", to_json(s.shares.without_drills)},
          {"with_drills", to_json(s.shares.with_drills)},
          {"met", s.met ? json::value(*s.met) : json::value(nullptr)},
          {"budget",
           {{"allowed_ms", ms(b.allowed)},
            {"used_ms", ms(b.used)},
            {"allowed_failures", b.allowed_failures},
            {"failures", b.failures},
            {"left_percent", rounded(b.left * 100)}}},
          {"burn_fast", to_json(s.fast)},
          {"burn_slow", to_json(s.slow)}};
}

json::object outcomes(std::array<std::uint64_t, outcome_count> const& counts) {
  json::object all;
  for (std::size_t i = 0; i != outcome_count; ++i)
    if (counts[i] != 0) all[outcome_names[i]] = counts[i];
  return all;
}

json::object to_json(series_point const& p) {
  auto const& n = p.all.counts;
  return {{"at", iso8601(p.began)},
          {"calls", {{"good", n.good}, {"bad", n.bad}, {"neither", n.neither}, {"injected_bad", n.injected_bad}}},
          {"end_to_end", to_json(p.shares.end_to_end.without_drills)},
          {"end_to_end_with_drills", to_json(p.shares.end_to_end.with_drills)},
          {"attributable", to_json(p.shares.attributable.without_drills)},
          {"outcomes", outcomes(p.all.genuine)},
          {"injected_outcomes", outcomes(p.all.injected)},
          {"probes", {{"good", n.probes_good}, {"bad", n.probes_bad}, {"outcomes", outcomes(p.all.probes)}}},
          {"p50_ms", ms(p.all.latencies.quantile(0.5))},
          {"p95_ms", ms(p.all.latencies.quantile(0.95))},
          {"p99_ms", ms(p.all.latencies.quantile(0.99))}};
}

json::object head_of(series const& of) {
  return {
      {"institution", of.institution}, {"grain", of.grain}, {"from", iso8601(of.from)}, {"until", iso8601(of.until)}};
}

}  // namespace

json::object to_json(sla_report const& report) {
  json::array lines, windows;
  for (auto const& l : report.lines)
    lines.push_back(json::object{{"institution", l.institution},
                                 {"end_to_end", to_json(l.end_to_end)},
                                 {"attributable", to_json(l.attributable)},
                                 {"attributable_operations", l.every_operation ? "all" : "link+retrieve"},
                                 {"few_calls", l.few_calls}});
  for (auto const& m : report.maintenance)
    windows.push_back(json::object{{"institution", m.window.institution_id},
                                   {"from", iso8601(m.window.from)},
                                   {"until", iso8601(m.window.until)},
                                   {"announced_at", iso8601(m.window.announced_at)},
                                   {"reason", m.window.reason},
                                   {"source", m.window.source},
                                   {"excluded", m.excluded},
                                   {"why", m.why}});
  return {{"from", iso8601(report.from)},
          {"until", iso8601(report.until)},
          {"target_percent", report.target.value},
          {"institutions", std::move(lines)},
          {"maintenance", std::move(windows)}};
}

json::object to_json(series const& of) {
  json::array points;
  for (auto const& p : of.points) points.push_back(to_json(p));
  auto all = head_of(of);
  all["points"] = std::move(points);
  return all;
}

json::object by_client_to_json(series const& of) {
  json::array lines;
  for (auto const& c : by_client(of)) {
    json::array points;
    for (auto const& p : c.points)
      points.push_back(json::object{{"at", iso8601(p.began)}, {"calls", p.of.calls}, {"bad", p.of.bad}});
    lines.push_back(
        json::object{{"client", c.client}, {"calls", c.all.calls}, {"bad", c.all.bad}, {"points", std::move(points)}});
  }
  auto all = head_of(of);
  all["clients"] = std::move(lines);
  return all;
}

}  // namespace vendaval::monitor
