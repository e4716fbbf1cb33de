#include "controller/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "controller/tally_traffic.hpp"

namespace vendaval::controller {
namespace {

using monitor::mark;

constexpr std::array<std::string_view, monitor::mark_count> why_absent{"no fault was armed",
                                                                       "no request met the fault",
                                                                       "no bad answer was seen",
                                                                       "no rule saw it",
                                                                       "no rule fired",
                                                                       "no incident was written",
                                                                       "no receiver accepted a notification",
                                                                       "the app was not seen to stop calling",
                                                                       "no fault was lifted",
                                                                       "no good answer came afterwards",
                                                                       "the breaker was not seen to close",
                                                                       "the calls did not come back to 90 %",
                                                                       "a rule was still firing at the end",
                                                                       "the incident was still open at the end"};

struct measured {
  std::optional<quantity> value;
  std::string why_not;
};

/// When the first fault was armed, and when the last one was lifted; as far as the run came.
struct fault_time {
  std::optional<milliseconds> began, ended;
};

fault_time fault_time_of(record const& r) {
  fault_time result;
  bool open = false;
  for (auto const& p : r.phases) {
    if (!p.faulty) continue;
    if (!result.began || p.began < *result.began) result.began = p.began;
    if (!p.ended)
      open = true;
    else if (!result.ended || *p.ended > *result.ended)
      result.ended = p.ended;
  }
  if (open) result.ended.reset();
  return result;
}

std::optional<stretch> stretch_of(record const& r, moment when) {
  auto const faults = fault_time_of(r);
  switch (when) {
    case moment::before: return stretch{0ms, faults.began.value_or(r.ended), true};
    case moment::during:
      if (!faults.began) return std::nullopt;
      return stretch{*faults.began, faults.ended.value_or(r.ended), false};
    case moment::after: break;
  }
  if (!faults.ended) return std::nullopt;
  return stretch{*faults.ended, r.ended, true};
}

std::string show(bounds const& b) {
  if (b.at_least && b.at_most && b.at_least->value == b.at_most->value)
    return fmt::format("exactly {}", for_people(*b.at_least));
  if (b.at_least && b.at_most) return fmt::format("{} to {}", for_people(*b.at_least), for_people(*b.at_most));
  if (b.at_least) return fmt::format("at least {}", for_people(*b.at_least));
  return b.at_most ? fmt::format("at most {}", for_people(*b.at_most)) : "";
}

std::string_view traffic_words(metric m) {
  switch (m) {
    case metric::success_rate: return "success rate";
    case metric::latency_p95: return "p95";
    case metric::unknown_share: break;
  }
  return "share of unknown institutions";
}

measured between(record const& r, mark from, mark to) {
  for (auto const m : {from, to})
    if (!r.instants[m]) return {std::nullopt, std::string(why_absent[static_cast<std::size_t>(m)])};
  return {time_of(*r.instants.between(from, to)), {}};  // negative when it was so already
}

/// From the first bad answer of the phase named, or of the whole run.
measured since_first_bad(assertion const& a, record const& r, mark to) {
  if (a.since.empty()) return between(r, mark::first_bad, to);
  auto const phase = std::ranges::find(r.phases, a.since, &phase_record::name);
  if (phase == r.phases.end() || !phase->first_bad)
    return {std::nullopt, fmt::format("{} caused no bad answer", a.since)};
  if (!r.instants[to]) return {std::nullopt, std::string(why_absent[static_cast<std::size_t>(to)])};
  return {time_of(*r.instants[to] - time_point(*phase->first_bad)), {}};
}

measured recovery_of(record const& r) {
  if (auto const took = r.instants.recovery()) return {time_of(*took), {}};
  auto const last = r.instants[mark::breaker_opened] && !r.instants[mark::breaker_closed] ? mark::breaker_closed
                    : r.instants[mark::first_good]                                        ? mark::rate_recovered
                                                                                          : mark::first_good;
  return between(r, mark::lifted, last);
}

double per_second(std::uint64_t calls, stretch over) {
  auto const length = (over.to - over.from).count();
  return length > 0 ? 1000.0 * static_cast<double>(calls) / static_cast<double>(length) : 0;
}

measured amplification_of(scenario const& s, record const& r) {
  auto const before = stretch_of(r, moment::before), during = stretch_of(r, moment::during);
  if (!before || !during) return {std::nullopt, "no fault was armed"};
  auto const usual = calls(s.target, r, *before);
  if (usual < 10) return {std::nullopt, fmt::format("only {} calls before the fault: too few to compare with", usual)};
  return {ratio_of(per_second(calls(s.target, r, *during), *during) / per_second(usual, *before)), {}};
}

/// The last one is for what is counted or timed only while the breaker is open.
measured of_breaker(std::optional<quantity> what, record const& r, std::string_view otherwise) {
  if (what) return {what, {}};
  if (!r.instants[mark::breaker_opened]) otherwise = why_absent[static_cast<std::size_t>(mark::breaker_opened)];
  return {std::nullopt, std::string(otherwise)};
}

measured of_webhooks(measure what, record const& r) {
  if (!r.webhooks) return {std::nullopt, "webhooks had no way in: [webhooks] is not configured"};
  auto const kept = [](auto const& by_moment) {
    std::uint64_t all = 0;
    for (webhook_counts const& c : by_moment) all += c.kept_back();
    return all;
  };
  auto const passed = [](auto const& by_moment, moment when) {
    return by_moment[static_cast<std::size_t>(when)].passed;
  };
  auto const count = what == measure::webhooks_held          ? kept(r.webhooks->target)
                     : what == measure::webhooks_others_held ? kept(r.webhooks->others)
                     : what == measure::webhooks_resumed     ? passed(r.webhooks->target, moment::after)
                                                             : passed(r.webhooks->others, moment::during);
  return {whole(static_cast<std::int64_t>(count)), {}};
}

measured measure_of(assertion const& a, scenario const& s, record const& r) {
  auto const count = [](std::uint64_t n) { return measured{whole(static_cast<std::int64_t>(n)), {}}; };
  auto const& breaker = r.breaker;
  switch (a.what) {
    case measure::detection: return since_first_bad(a, r, mark::accepted);
    case measure::incident_opened: return since_first_bad(a, r, mark::written);
    case measure::recovery: return recovery_of(r);
    case measure::breaker_closed: return between(r, mark::lifted, mark::breaker_closed);
    case measure::alert_cleared: return between(r, mark::lifted, mark::alert_cleared);
    case measure::incident_resolved: return between(r, mark::lifted, mark::incident_resolved);
    case measure::breaker_wait:
      return of_breaker(breaker.shortest_wait.transform(time_of), r, "no failed call was seen while it was open");
    case measure::breaker_opened_after:
      if (breaker.failures_before_open) return count(*breaker.failures_before_open);
      return of_breaker({}, r, "the failing calls before it were not counted");
    case measure::notifications_opened: return count(r.notices.opened);
    case measure::notifications_updated: return count(r.notices.updated);
    case measure::notifications_resolved: return count(r.notices.resolved);
    case measure::writes_lost: return count(r.writes.lost);
    case measure::writes_repeated: return count(r.writes.repeated);
    case measure::webhooks_held:
    case measure::webhooks_resumed:
    case measure::webhooks_others_held:
    case measure::webhooks_others_passed: return of_webhooks(a.what, r);
    case measure::amplification: return amplification_of(s, r);
    case measure::breaker_verdict: break;
  }
  return {};
}

check judge_word(assertion const& a, record const& r) {
  check c{a.name, std::nullopt, false, std::nullopt, a.limits, {}};
  c.ok = std::ranges::find(a.one_of, r.breaker.verdict) != a.one_of.end();
  c.sentence = fmt::format("the breaker is {}; {} was asked{}{}", r.breaker.verdict, fmt::join(a.one_of, " or "),
                           r.breaker.evidence.empty() ? "" : ": ", r.breaker.evidence);
  return c;
}

check judge_assertion(assertion const& a, scenario const& s, record const& r) {
  if (a.what == measure::breaker_verdict) return judge_word(a, r);
  auto const m = measure_of(a, s, r);
  check c{a.name, std::nullopt, m.value && a.limits.hold(*m.value), m.value, a.limits, {}};
  c.sentence = m.value ? fmt::format("{}; {} was asked", in_words(*m.value), show(a.limits))
                       : fmt::format("{}; {} was asked", m.why_not, show(a.limits));
  return c;
}

check judge_hypothesis(hypothesis const& h, scenario const& s, record const& r, moment when, stretch over) {
  auto const reading = read(h.looks_at, s, r, over);
  check c{h.name, when, reading.value && h.limits.hold(*reading.value), reading.value, h.limits, {}};
  if (!reading.value)
    c.sentence = fmt::format("only {} requests, and {} are needed to say", reading.samples, h.looks_at.min_samples);
  else
    c.sentence = fmt::format("{} {} over {} requests; {} was asked", traffic_words(h.looks_at.what),
                             for_people(*reading.value), reading.samples, show(h.limits));
  return c;
}

std::string failures(std::vector<check> const& checks) {
  std::vector<std::string> names;
  for (auto const& c : checks)
    if (!c.ok)
      names.push_back(c.when ? fmt::format("{} ({})", c.name, moment_names[static_cast<std::size_t>(*c.when)])
                             : c.name);
  return fmt::format("{}", fmt::join(names, "; "));
}

void rule(verdict& v, record const& r) {
  auto const unmet = [](check const& c) { return !c.ok; };
  auto const before = [](check const& c) { return !c.ok && c.when == moment::before; };
  if (r.end != ending::completed) {
    v.reason = r.end_reason.empty() ? "the run did not come to its end" : r.end_reason;
  } else if (std::ranges::any_of(v.hypotheses, before)) {
    v.reason = "it was not well to begin with: " + failures(v.hypotheses);
  } else if (std::ranges::any_of(v.hypotheses, unmet) || std::ranges::any_of(v.assertions, unmet)) {
    v.result = ruling::failed;
    auto const one = failures(v.hypotheses), other = failures(v.assertions);
    v.reason = "not so: " + one + (one.empty() || other.empty() ? "" : "; ") + other;
  } else {
    v.result = ruling::passed;
    v.reason = fmt::format("all {} checks hold", v.hypotheses.size() + v.assertions.size());
  }
}

std::optional<milliseconds> whole_ms(std::optional<duration> d) {
  if (!d) return std::nullopt;
  return std::chrono::floor<milliseconds>(*d);
}

}  // namespace

std::vector<check> judge_hypotheses(scenario const& s, record const& r, moment when) {
  std::vector<check> result;
  auto const over = stretch_of(r, when);
  if (!over) return result;
  for (auto const& h : s.hypotheses)
    if (std::ranges::find(h.when, when) != h.when.end()) result.push_back(judge_hypothesis(h, s, r, when, *over));
  return result;
}

verdict judge(scenario const& s, record const& r) {
  verdict v;
  v.detection = whole_ms(r.instants.detection());
  v.recovery = whole_ms(r.instants.recovery());
  for (auto const when : {moment::before, moment::during, moment::after}) {
    if (r.end == ending::could_not_run) break;
    std::ranges::move(judge_hypotheses(s, r, when), std::back_inserter(v.hypotheses));
  }
  if (r.end == ending::completed)
    for (auto const& a : s.assertions) v.assertions.push_back(judge_assertion(a, s, r));
  rule(v, r);
  return v;
}

std::optional<std::string> stop_reason(scenario const& s, record const& r, milliseconds now) {
  for (auto const& stop : s.stops) {
    auto const window = std::chrono::floor<milliseconds>(stop.window);
    if (now < window) continue;
    auto const reading = read(stop.looks_at, s, r, {now - window, now, true});
    if (!reading.value) continue;
    bool const low = stop.below && reading.value->value < stop.below->value;
    bool const high = stop.above && reading.value->value > stop.above->value;
    if (low || high)
      return fmt::format("{}: {} {} over the last {}, {} {}", stop.name, traffic_words(stop.looks_at.what),
                         for_people(*reading.value), vendaval::for_people(stop.window), low ? "below" : "above",
                         for_people(low ? *stop.below : *stop.above));
  }
  return std::nullopt;
}

int exit_code(verdict const& v, ending e) {
  if (e == ending::aborted || e == ending::stopped) return 4;
  switch (v.result) {
    case ruling::passed: return 0;
    case ruling::failed: return 1;
    case ruling::error: break;
  }
  return 3;
}

}  // namespace vendaval::controller
