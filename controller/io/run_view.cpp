#include "controller/io/run_view.hpp"

#include <boost/json.hpp>

namespace vendaval::controller {
namespace {

namespace json = boost::json;

constexpr duration lately = 5s;

std::int64_t ms(duration d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); }

json::object traffic(recent const& r, std::uint64_t in_flight) {
  json::object result{{"in_flight", in_flight}};
  auto const judged = r.good + r.bad;
  if (judged > 0) result["success_percent"] = 100.0 * static_cast<double>(r.good) / static_cast<double>(judged);
  if (r.p95) result["p95_ms"] = std::chrono::duration<double, std::milli>(*r.p95).count();
  return result;
}

/// The target beside all the others.
json::object live(active_run const& run, monitor::monitor const& seen, time_point now) {
  std::uint64_t ours = 0, theirs = 0;
  for (auto const& bank : seen.settings().banks.ids())
    (bank == run.target() ? ours : theirs) += seen.seen().flying(bank, {}, now).count;
  auto target = traffic(run.traffic.of(run.target(), now, lately), ours);
  target["breaker"] = run.breaker.open ? "open" : "closed";
  return {{"target", std::move(target)}, {"others", traffic(run.traffic.of_others(run.target(), now, lately), theirs)}};
}

}  // namespace

json::object run_view(active_run const& run, monitor::monitor const& seen, time_point now, std::uint64_t after) {
  auto const& day = run.day;
  auto const& calendar = seen.settings().time;
  auto const begun = day.started().value_or(run.created);
  json::array events, phases;
  for (auto n = after; n < run.events.size(); ++n) {
    auto const& e = run.events[n];
    events.push_back(
        json::object{{"seq", n}, {"at_ms", ms(e.at - begun)}, {"at", iso8601(calendar.at(e.at))}, {"text", e.text}});
  }
  for (auto const& name : day.phases_now()) phases.emplace_back(name);
  json::object result{{"id", run.id()},
                      {"state", run.finished ? "done" : "running"},
                      {"stage", stage_names[static_cast<std::size_t>(day.stage())]},
                      {"scenario", day.played().name},
                      {"target", run.target()},
                      {"target_name", seen.settings().banks.name_of(run.target())},
                      {"compress", day.facts().run.compress},
                      {"elapsed_ms", day.started() ? ms(now - begun) : 0},
                      {"length_ms", ms(day.played().length())},
                      {"phases", std::move(phases)},
                      {"live", live(run, seen, now)},
                      {"events", std::move(events)}};
  if (run.finished) {
    result["journal"] = run.journal_path;
    result["report"] = run.report_path;
    result["decisions"] = run.decisions_path;
    result["exit_code"] = exit_code(*day.result(), day.facts().end);
  }
  return result;
}

}  // namespace vendaval::controller
