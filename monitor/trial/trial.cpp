#include "monitor/trial/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vendaval::monitor {
namespace {

constexpr time_point zero{1h};

exchange report(trial const& t, trial_call const& c, std::uint64_t number) {
  exchange x;
  x.institution = t.institution;
  x.what = c.what;
  x.result = c.result;
  x.counts = usual_weight(c.result);
  x.request = number + 1;
  x.arrived = zero + c.began;
  x.first_byte = x.ended = zero + c.ended;
  return x;
}

/// Hands the calls to the monitor's traffic as they begin and end.
class player {
 public:
  player(trial const& t) : trial_(t), calls_(calls_of(t)) {}
  void play_to(traffic& seen, duration at) {
    for (; next_ < calls_.size() && calls_[next_].ended <= at; ++next_)
      seen.observe(report(trial_, calls_[next_], next_));
    std::vector<flight> under_way;
    for (auto i = next_; i < calls_.size(); ++i)
      if (calls_[i].began < at)
        under_way.push_back({trial_.institution, calls_[i].what, zero + calls_[i].began, i + 1, false});
    seen.see(under_way);
  }

 private:
  trial const& trial_;
  std::vector<trial_call> calls_;
  std::size_t next_ = 0;
};

std::string at_text(duration at) {
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(at).count();
  return seconds % 60 == 0 ? fmt::format("{}m", seconds / 60)
         : seconds < 60    ? fmt::format("{}s", seconds)
                           : fmt::format("{}m{}s", seconds / 60, seconds % 60);
}

void compare(expectation const& e, std::vector<rule_state> const& states, trial_result& out) {
  for (auto const& s : states) {
    auto const& a = s.view();
    auto const is = fmt::format("{} over {} calls", name_of(a.state), a.last.samples);
    if (e.firing) {
      bool const wanted = std::ranges::find(*e.firing, a.rule) != e.firing->end();
      if (wanted != a.firing)
        out.failures.push_back(fmt::format("at {}: {} should {}fire, and is {}{}", at_text(e.at), a.rule,
                                           wanted ? "" : "not ", is, a.firing ? ", firing" : ""));
    }
    if (auto const wanted = e.state.find(a.rule); wanted != e.state.end() && wanted->second != a.state)
      out.failures.push_back(
          fmt::format("at {}: {} should be {}, and is {}", at_text(e.at), a.rule, name_of(wanted->second), is));
  }
}

}  // namespace

duration trial::length() const {
  duration sum{0};
  for (auto const& s : traffic) sum += s.lasts;
  return sum;
}

std::vector<trial_call> calls_of(trial const& t) {
  std::vector<trial_call> all;
  duration from{0};
  for (auto const& s : t.traffic) {
    auto const share = s.failing.share();
    auto const gap = s.per_minute == 0 ? s.lasts : duration(1min) / s.per_minute;
    std::uint64_t n = 0;
    for (auto at = gap / 2; s.per_minute != 0 && at < s.lasts; at += gap, ++n) {
      auto const before = std::floor(static_cast<double>(n) * share + 1e-9);
      auto const after = std::floor(static_cast<double>(n + 1) * share + 1e-9);
      all.push_back({from + at, from + at + s.latency, after > before ? s.trouble : outcome::ok, s.what});
    }
    from += s.lasts;
  }
  std::ranges::sort(all, {}, [](trial_call const& c) { return std::pair(c.ended, c.began); });
  return all;
}

trial_result run_trial(trial const& t) {
  trial_result out;
  traffic seen;
  player calls(t);
  std::vector<rule_state> states;
  for (auto const& r : t.rules) states.emplace_back(r, t.institution);
  for (duration at{0}; at <= t.length(); at += 1s) {
    calls.play_to(seen, at);
    for (auto& s : states)
      if (auto const change = s.step(seen, zero + at); change && change->from != change->now.state)
        out.changes[change->now.rule].emplace_back(at, change->now.state);
    for (auto const& e : t.expected)
      if (e.at == at) compare(e, states, out);
  }
  return out;
}

}  // namespace vendaval::monitor
