// How soon trouble is seen, and how often there is none: the detector, the mission's four written rules and two rules
// that follow the bank, on the same seeded traffic in virtual time. One JSON object:
//   detection_quality failing CALLS_PER_MINUTE PERCENT SEEDS     from healthy to so many failing
//   detection_quality slow CALLS_PER_MINUTE TIMES SEEDS          from healthy to so many times as slow
//   detection_quality healthy CALLS_PER_MINUTE DAYS              alarms about nothing
// A healthy bank fails 0.5 % of its calls and takes 400 ms in the median (log-normal, sigma 0.5). Seeds begin at
// 10,000: none of them was looked at while the detector was tuned.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/dice.hpp"
#include "monitor/alerts/rule_state.hpp"
#include "monitor/detect/detector.hpp"

namespace vendaval::monitor {
namespace {

constexpr std::uint64_t first_seed = 10'000;
constexpr double healthy_failing = 0.005;
constexpr auto warm = 30min, longest = 15min;
constexpr int slices = 10;  // of a second

struct kind_of_traffic {
  double per_minute = 60, failing = healthy_failing, times = 1;
};

duration latency(dice& d, double times) {
  return std::chrono::duration_cast<duration>(std::chrono::duration<double>(0.4 * times * std::exp(0.5 * d.normal())));
}

/// 35 days of such hours, as a database would have them.
std::shared_ptr<baseline const> learned(double per_minute) {
  dice d(first_seed - 1);
  std::vector<sample> history;
  auto const end = wall_time(std::chrono::sys_days(std::chrono::year(2026) / 6 / 1));
  for (auto at = end - std::chrono::days(35); at < end; at += std::chrono::hours(1)) {
    sketch all;
    sample x{at, static_cast<std::uint64_t>(per_minute * 60), 0, {}};
    for (std::uint64_t i = 0; i != x.calls; ++i) all.add(latency(d, 1)), x.bad += d.chance(healthy_failing);
    x.p95 = all.quantile(0.95);
    history.push_back(x);
  }
  return std::make_shared<baseline const>(learn(history, end, {}));
}

enum class watcher : std::uint8_t { detector, rules, usual };
constexpr std::size_t watchers = 3;

/// One bank and all who watch it.
class scene {
 public:
  scene(std::uint64_t seed, double per_minute, std::shared_ptr<baseline const> const& usual) : dice_(seed) {
    for (auto const what : {trouble::failures, trouble::slowness})
      detectors_.emplace_back(what, operation_set{}, detector_settings{});
    for (auto const& r : default_rules()) rules_.emplace_back(r, "bank");
    for (auto const what : {metric::latency_p95, metric::error_rate}) {
      rule r;
      r.name = "usual";
      r.what = what;
      r.usual = true;
      usual_.emplace_back(r, "bank").follow(usual);
    }
    play({per_minute}, warm);
    raised_ = {};
    first_ = {};
  }
  void play(kind_of_traffic k, duration length) {
    for (auto const end = now_ + length; now_ < end;) second(k);
  }
  std::array<unsigned, watchers> const& raised() const { return raised_; }
  /// When each first spoke.
  std::array<std::optional<time_point>, watchers> const& first() const { return first_; }
  time_point now() const { return now_; }

 private:
  void second(kind_of_traffic k) {
    for (int slice = 0; slice != slices; ++slice)
      for (double rate = k.per_minute / 60 / slices; rate > 0; rate -= 1)
        if (dice_.chance(std::min(rate, 1.0))) call(k, now_ + slice * 100ms);
    now_ += 1s;
    for (auto& d : detectors_)
      if (auto const seen = d.step(traffic_, "bank", now_, true); seen && seen->raised) count(watcher::detector);
    step(rules_, watcher::rules);
    step(usual_, watcher::usual);
  }
  void call(kind_of_traffic k, time_point at) {
    exchange x;
    x.institution = "bank";
    x.what = operation::retrieve;
    bool const bad = dice_.chance(k.failing);
    x.result = bad ? outcome::institution_down : outcome::ok;
    x.counts = bad ? weight::bad : weight::good;
    x.ended = at;
    x.arrived = at - latency(dice_, k.times);
    x.request = next_++;
    traffic_.observe(x);
  }
  void step(std::vector<rule_state>& states, watcher who) {
    for (auto& s : states)
      if (auto const c = s.step(traffic_, now_); c && c->what == alert_change::kind::fired) count(who);
  }
  void count(watcher who) {
    auto const i = static_cast<std::size_t>(who);
    ++raised_[i];
    if (!first_[i]) first_[i] = now_;
  }

  dice dice_;
  traffic traffic_{1s};
  std::vector<detector> detectors_;
  std::vector<rule_state> rules_, usual_;
  time_point now_{1h};
  std::uint64_t next_ = 1;
  std::array<unsigned, watchers> raised_{};
  std::array<std::optional<time_point>, watchers> first_{};
};

constexpr std::array<std::string_view, watchers> names{"detector", "rules", "usual"};

/// Seconds to the first word, seed by seed; 1e9 where there was none within fifteen minutes.
void trouble_begins(kind_of_traffic k, std::uint64_t seeds) {
  auto const usual = learned(k.per_minute);
  std::array<std::vector<double>, watchers> seconds;
  for (std::uint64_t seed = first_seed; seed != first_seed + seeds; ++seed) {
    scene s(seed, k.per_minute, usual);
    auto const began = s.now();
    s.play(k, longest);
    for (std::size_t i = 0; i != watchers; ++i)
      seconds[i].push_back(s.first()[i] ? std::chrono::duration<double>(*s.first()[i] - began).count() : 1e9);
  }
  std::string all;
  for (std::size_t i = 0; i != watchers; ++i)
    all += fmt::format("{}\"{}\": [{}]", i ? ", " : "", names[i], fmt::join(seconds[i], ", "));
  fmt::print("{{{}}}\n", all);
}

void nothing_begins(double per_minute, int days) {
  scene s(first_seed, per_minute, learned(per_minute));
  s.play({per_minute}, std::chrono::hours(24) * days);
  std::string all;
  for (std::size_t i = 0; i != watchers; ++i)
    all += fmt::format("{}\"{}\": {}", i ? ", " : "", names[i], s.raised()[i]);
  fmt::print("{{{}}}\n", all);
}

}  // namespace
}  // namespace vendaval::monitor

int main(int count, char** words) {
  using namespace vendaval::monitor;
  auto const number = [&](int i) { return i < count ? std::strtod(words[i], nullptr) : 0; };
  std::string_view const what = count > 1 ? words[1] : "";
  if (what == "failing" && count == 5)
    trouble_begins({.per_minute = number(2), .failing = number(3) / 100}, static_cast<std::uint64_t>(number(4)));
  else if (what == "slow" && count == 5)
    trouble_begins({.per_minute = number(2), .times = number(3)}, static_cast<std::uint64_t>(number(4)));
  else if (what == "healthy" && count == 4)
    nothing_begins(number(2), static_cast<int>(number(3)));
  else
    return fmt::print(stderr,
                      "usage: detection_quality failing|slow CALLS_PER_MINUTE AMOUNT SEEDS, or healthy … DAYS\n"),
           2;
}
