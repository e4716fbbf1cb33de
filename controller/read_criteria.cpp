#include "controller/read_criteria.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/did_you_mean.hpp"

namespace vendaval::controller {
namespace {

/// A limit in the unit of what it limits.
std::optional<quantity> read_limit(table_reader& in, std::string_view key, unit u) {
  std::optional<duration> time;
  std::optional<percent> share;
  std::optional<double> ratio;
  std::optional<std::int64_t> count;
  switch (u) {
    case unit::milliseconds: in(key, time, 0s, 24h); break;
    case unit::millipercent: in(key, share); break;
    case unit::thousandths: in(key, ratio, 0.0, 1000.0); break;
    case unit::count: in(key, count, 0, 1'000'000); break;
  }
  if (time) return time_of(*time);
  if (share) return exactly(*share);
  if (ratio) return ratio_of(*ratio);
  if (count) return whole(*count);
  return std::nullopt;
}

std::string_view example_of(unit u) {
  switch (u) {
    case unit::milliseconds: return "\"90s\"";
    case unit::millipercent: return "\"99%\"";
    case unit::thousandths: return "1.3";
    case unit::count: break;
  }
  return "7";
}

unit unit_of(metric m) { return m == metric::latency_p95 ? unit::milliseconds : unit::millipercent; }

/// Nothing when the metric itself could not be read.
std::optional<unit> read_gauge(table_reader& in, gauge& g, std::span<std::string_view const> metrics) {
  std::optional<metric> what;
  in.require("metric");
  in("metric", what, metrics);
  in("of", g.of, words(whose_names));
  in("operations", g.operations, operation_names);
  in("min_samples", g.min_samples, 1, 1'000'000);
  if (!what) return std::nullopt;
  g.what = *what;
  return unit_of(*what);
}

bounds read_bounds(table_reader& in, std::string_view word, std::string const& thing, std::optional<unit> u) {
  bounds result;
  bool const there = in.has("at_least") || in.has("at_most") || in.has("equals");
  if (!u) {
    for (auto const key : {"at_least", "at_most", "equals"}) in.skip(key);
    return result;
  }
  result = {read_limit(in, "at_least", *u), read_limit(in, "at_most", *u)};
  if (auto const exact = read_limit(in, "equals", *u)) result = {exact, exact};
  if (!there)
    in.fail(word, fmt::format("{} sets no bound, so it could never fail", thing),
            fmt::format("add at_least = {0}, at_most = {0} or equals = {0}", example_of(*u)));
  if (result.at_least && result.at_most && result.at_least->value > result.at_most->value)
    in.fail("at_least",
            fmt::format("{} asks for at least {} and at most {}", thing, for_people(*result.at_least),
                        for_people(*result.at_most)),
            "no value can be both");
  return result;
}

void read_hypothesis(table_reader& in, scenario& s, names_of& names) {
  hypothesis h;
  in.require("name");
  in("name", h.name);
  names.take(in, h.name);
  auto const u = read_gauge(in, h.looks_at, words(metric_names).first(2));
  h.limits = read_bounds(in, "metric", fmt::format("hypothesis \"{}\"", h.name), u);
  in("when", h.when, words(moment_names));
  if (in.has("when") && h.when.empty())
    in.fail("when", "when names no moment", "accepted: \"before\", \"during\", \"after\"; left out: all three");
  if (h.when.empty()) h.when = {moment::before, moment::during, moment::after};
  s.hypotheses.push_back(std::move(h));
}

std::optional<measure> read_measure(table_reader& in) {
  static constexpr auto names = [] {
    std::array<std::string_view, std::size(measure_kinds)> result;
    std::ranges::transform(measure_kinds, result.begin(), &measure_kind::name);
    return result;
  }();
  std::optional<measure> what;
  in.require("measure");
  in("measure", what, names);
  return what;
}

void read_verdict_words(table_reader& in, assertion& a) {
  static std::vector<std::string> const known{"reported", "confirmed", "suspected", "not_observed", "undeterminable"};
  in("one_of", a.one_of);
  if (a.one_of.empty())
    in.fail("measure", fmt::format("assertion \"{}\" sets no bound, so it could never fail", a.name),
            "add one_of = [\"reported\", \"confirmed\"]");
  for (std::size_t i = 0; i < a.one_of.size(); ++i)
    if (std::ranges::find(known, a.one_of[i]) == known.end())
      in.fail_at("one_of", i, fmt::format("\"{}\" is not a breaker verdict", a.one_of[i]),
                 accepted_names(a.one_of[i], known));
}

/// The phase whose first bad answer a time begins with.
void read_since(table_reader& in, assertion& a, scenario const& s) {
  in("since", a.since);
  if (a.since.empty()) return;
  std::vector<std::string> breaking;
  for (auto const& p : s.phases)
    if (!p.faults.empty()) breaking.push_back(p.name);
  if (!from_first_bad(a.what))
    in.fail("since", fmt::format("{} does not begin with a bad answer", kind_of(a.what).name),
            "since goes with detection and incident_opened");
  else if (std::ranges::find(breaking, a.since) == breaking.end())
    in.fail("since", fmt::format("\"{}\" is not a phase that breaks anything", a.since),
            accepted_names(a.since, breaking));
}

void read_assertion(table_reader& in, scenario& s, names_of& names) {
  assertion a;
  auto const what = read_measure(in);
  if (what) a.what = *what, a.name = kind_of(*what).name;
  in("name", a.name);
  if (what || in.has("name")) names.take(in, a.name);
  if (what == measure::breaker_verdict)
    read_verdict_words(in, a);
  else
    a.limits = read_bounds(in, "measure", fmt::format("assertion \"{}\"", a.name),
                           what ? std::optional(kind_of(*what).in) : std::nullopt);
  if (what)
    read_since(in, a, s);
  else
    in.skip("one_of"), in.skip("since");
  s.assertions.push_back(std::move(a));
}

void read_stop(table_reader& in, scenario& s, names_of& names) {
  stop_condition stop;
  auto const u = read_gauge(in, stop.looks_at, words(metric_names));
  stop.name = fmt::format("{} of {}", metric_names[static_cast<std::size_t>(stop.looks_at.what)],
                          whose_names[static_cast<std::size_t>(stop.looks_at.of)]);
  in("name", stop.name);
  if (u || in.has("name")) names.take(in, stop.name);
  in("for", stop.window, 1s, 1h);
  bool const there = in.has("below") || in.has("above");
  if (!u) return in.skip("below"), in.skip("above");
  stop.below = read_limit(in, "below", *u);
  stop.above = read_limit(in, "above", *u);
  if (!there)
    in.fail("metric", fmt::format("stop condition \"{}\" sets no limit, so it could never stop anything", stop.name),
            fmt::format("add below = {0} or above = {0}", example_of(*u)));
  s.stops.push_back(std::move(stop));
}

}  // namespace

void names_of::take(table_reader& in, std::string const& name) {
  if (name.empty()) {
    if (in.has("name")) in.fail("name", fmt::format("a {} needs a name that says something", thing_));
    return;
  }
  if (!taken_.insert(name).second)
    in.fail("name", fmt::format("there is already a {} named \"{}\"", thing_, name),
            "names appear in the verdict: give this one another");
}

std::string accepted_names(std::string_view typed, std::span<std::string const> known) {
  auto const near = did_you_mean(typed, known);
  return (near ? fmt::format("did you mean \"{}\"? ", *near) : "") +
         fmt::format("accepted: \"{}\"", fmt::join(known, "\", \""));
}

void read_hypotheses(table_reader& root, scenario& s) {
  names_of names("hypothesis");
  root.each("hypothesis", [&](table_reader& in) { read_hypothesis(in, s, names); });
}

void read_assertions(table_reader& root, scenario& s) {
  names_of names("assertion");
  root.each("assert", [&](table_reader& in) { read_assertion(in, s, names); });
}

void read_stops(table_reader& root, scenario& s) {
  names_of names("stop condition");
  root.each("stop", [&](table_reader& in) { read_stop(in, s, names); });
}

}  // namespace vendaval::controller
