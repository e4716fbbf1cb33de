#include "monitor/breaker/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.hpp"

namespace vendaval::monitor {
namespace {

double seconds(duration d) { return std::chrono::duration<double>(d).count(); }
duration from_seconds(double s) { return duration(static_cast<duration::rep>(s * 1e9)); }

constexpr unsigned least_failures = 3;   // a silence after fewer is people going away, not a breaker
constexpr std::size_t regular_gaps = 4;  // fewer cannot prove regularity

/// A probe, or the small burst of calls that one open window lets through.
struct episode {
  std::size_t first = 0, last = 0;  // calls
  double floor = 0;                 // seconds without a call before the next one can be an episode of its own
};

/// One stretch in which next to nobody called.
struct silence {
  std::size_t last_call = 0;  // before it
  time_point declared{};
  unsigned failures = 0;  // among the last answers before it
  std::vector<episode> episodes;
  bool ended = false;  // the last episode grew into normal traffic
};

/// Two CUSUMs on the arrivals: while calls flow, silence gathers evidence that they stopped; once they have, every
/// call gathers evidence that they are back. Both are log likelihood ratios of the expected rate against a share of it.
class cusum {
 public:
  cusum(std::span<guarded_call const> calls, demand expected, time_point from, time_point to, breaker_settings const& s)
      : calls_(calls),
        to_(to),
        rate_(expected.per_second / expected.dispersion),
        jump_(-std::log(s.collapsed)),
        drift_(rate_ * (1 - s.collapsed)),
        limit_(std::log(std::max(expected.over(to - from), 10.0) / s.false_alarms)),
        at_(from) {}

  std::vector<silence> run() {
    for (std::size_t i = 0; i != calls_.size(); ++i) {
      auto const gained = drift_ * seconds(calls_[i].arrived - at_);
      if (!silent_ && seen_any_ && stopped_ + gained >= limit_) fall_silent();
      if (silent_)
        answer_probe(i, gained);
      else
        flow(i, gained);
      at_ = calls_[i].arrived;
    }
    if (!silent_ && seen_any_ && stopped_ + drift_ * seconds(to_ - at_) >= limit_) fall_silent();
    return std::move(found_);
  }
  double time_to_declare() const { return limit_ / drift_; }

 private:
  void flow(std::size_t i, double gained) {
    stopped_ = std::max(0.0, stopped_ + gained - jump_);
    if (stopped_ == 0 || !seen_any_) zero_ = i;
    seen_any_ = true;
  }
  void fall_silent() {
    silent_ = true;
    back_ = 0;
    silence s;
    s.last_call = zero_;
    s.declared = at_ + from_seconds((limit_ - stopped_) / drift_);
    count_failures(s);
    found_.push_back(std::move(s));
    // Calls between the last moment of normal flow and the declaration were let through already.
    for (auto i = zero_ + 1; i < calls_.size() && calls_[i].arrived <= at_; ++i)
      answer_probe(i, drift_ * seconds(calls_[i].arrived - calls_[i - 1].arrived));
  }
  void answer_probe(std::size_t i, double lost) {
    auto& s = found_.back();
    back_ = std::max(0.0, back_ - lost);
    if (back_ == 0) s.episodes.push_back({i, i});
    back_ += jump_;
    s.episodes.back().last = i;
    s.episodes.back().floor = back_ / drift_;
    if (back_ < limit_) return;
    s.ended = true;
    silent_ = false;
    stopped_ = 0;
    zero_ = i;
  }
  void count_failures(silence& s) const {
    constexpr std::size_t looked_at = 20;
    std::vector<guarded_call const*> answered;
    auto const first = s.last_call > 200 ? s.last_call - 200 : 0;
    for (auto i = first; i <= s.last_call; ++i)
      if (calls_[i].ended && *calls_[i].ended <= s.declared) answered.push_back(&calls_[i]);
    std::ranges::sort(answered, std::greater{}, [](auto const* c) { return *c->ended; });
    if (answered.size() > looked_at) answered.resize(looked_at);
    s.failures =
        static_cast<unsigned>(std::ranges::count_if(answered, [](auto const* c) { return c->counts == weight::bad; }));
  }

  std::span<guarded_call const> calls_;
  time_point to_;
  double rate_, jump_, drift_, limit_;
  time_point at_;
  double stopped_ = 0, back_ = 0;  // evidence
  std::size_t zero_ = 0;           // the last call at which nothing spoke for a stop
  bool silent_ = false, seen_any_ = false;
  std::vector<silence> found_;
};

/// Waits before failed probes. From the end of the call before for the estimate of the open time, since a call that
/// hangs holds the app up as well; between arrivals, less what every gap must have, for the test of regularity. The
/// test leaves out what was needed to notice the silence at all, which is regular by selection.
struct gaps {
  std::vector<double> after_end, beyond_floor;
};

class reader {
 public:
  reader(std::span<guarded_call const> calls, demand expected, breaker_settings const& s)
      : calls_(calls), expected_(expected), settings_(s) {}

  void describe(breaker_finding& f, std::vector<silence> const& after_failures) const {
    auto const& first = after_failures.front();
    auto const& last = after_failures.back();
    f.opened_at = calls_[first.last_call].arrived;
    f.declared_at = first.declared;
    f.failures_before_open = failing_calls_before(calls_, *f.opened_at);
    gaps g;
    for (auto const& s : after_failures) {
      f.probes += static_cast<unsigned>(s.episodes.size());
      collect(s, g);
    }
    if (last.ended) f.closed_at = close_of(last);
    for (auto const w : g.after_end) f.spacing.push_back(from_seconds(w));
    estimate_wait(f, g);
    f.p_value = regularity(g.beyond_floor);
    f.verdict =
        f.p_value && *f.p_value < settings_.significance ? breaker_verdict::confirmed : breaker_verdict::suspected;
  }

 private:
  bool failed(episode const& e) const {
    bool answered = false;
    for (auto i = e.first; i <= e.last; ++i) {
      if (calls_[i].ended && calls_[i].counts == weight::good) return false;
      answered |= calls_[i].ended.has_value();
    }
    return answered;
  }
  void collect(silence const& s, gaps& g) const {
    auto before = std::optional(episode{s.last_call, s.last_call});
    for (std::size_t e = 0; e != s.episodes.size(); ++e) {
      auto const& probe = s.episodes[e];
      bool const resumed = s.ended && e + 1 == s.episodes.size();
      if (resumed || !failed(probe)) {
        before.reset();
        continue;
      }
      if (before) {
        auto const& call = calls_[before->last];
        auto const arrived = calls_[probe.first].arrived;
        // It opened after it let the last call through, and what was on its way then may have ended much later.
        auto const since = e == 0 ? call.arrived : call.ended.value_or(call.arrived);
        g.after_end.push_back(seconds(arrived - std::min(since, arrived)));
        bool const tested = e > 0 && arrived > s.declared;
        if (tested) g.beyond_floor.push_back(std::max(0.0, seconds(arrived - call.arrived) - before->floor));
      }
      before = probe;
    }
  }
  /// Every library waits for its time and then for the next demand: gap = wait + an exponential.
  void estimate_wait(breaker_finding& f, gaps const& g) const {
    if (g.after_end.empty()) return;
    auto const least = std::ranges::min(g.after_end);
    auto const slack = std::log(20.0) / (static_cast<double>(g.after_end.size()) * expected_.per_second);
    f.wait_least = from_seconds(std::max(0.0, least - slack));
    f.wait_most = from_seconds(least);
  }
  /// P(the shortest gap is at least this long | merely thinner random traffic).
  static std::optional<double> regularity(std::vector<double> const& all) {
    if (all.size() < regular_gaps) return std::nullopt;
    double sum = 0;
    for (auto const gap : all) sum += gap;
    auto const n = static_cast<double>(all.size());
    if (sum <= 0) return 1;
    return std::pow(std::max(0.0, 1 - n * std::ranges::min(all) / sum), n - 1);
  }
  /// When the answer came that let the calls through again.
  std::optional<time_point> close_of(silence const& s) const {
    auto const& e = s.episodes.back();
    std::optional<time_point> close;
    for (auto i = e.first; i <= e.last; ++i)
      if (calls_[i].ended && calls_[i].counts == weight::good && (!close || *calls_[i].ended < *close))
        close = calls_[i].ended;
    return close ? close : std::optional(calls_[e.first].arrived);
  }

  std::span<guarded_call const> calls_;
  demand expected_;
  breaker_settings const& settings_;
};

/// Failing calls went on as if nothing had happened: evidence against a breaker.
bool went_on(std::span<guarded_call const> calls, demand expected, double long_enough) {
  std::optional<std::size_t> first, last;
  unsigned bad = 0;
  for (std::size_t i = 0; i != calls.size(); ++i) {
    if (!calls[i].ended || calls[i].counts != weight::bad) continue;
    if (!first) first = i;
    last = i;
    ++bad;
  }
  if (bad < 10) return false;
  auto const span = calls[*last].arrived - calls[*first].arrived;
  return seconds(span) >= long_enough && static_cast<double>(*last - *first) >= expected.over(span) / 2;
}

std::string per_minute(demand d) { return fmt::format("{:.3g} a minute", d.per_second * 60); }

std::string tell(breaker_finding const& f) {
  auto text = fmt::format("calls fell to 5 % or less of the expected {} after {} failures", per_minute(f.expected),
                          f.failures_before_open);
  if (f.probes > 0) text += fmt::format(", came back {} times in isolated calls", f.probes);
  if (f.wait_most) text += fmt::format(" about every {}", for_people(*f.wait_most));
  text += f.closed_at ? " and resumed" : " and have not resumed";
  text += ": consistent with a circuit breaker that opened";
  if (f.closed_at) text += " and closed";
  if (f.p_value)
    text += fmt::format(" (p = {:.2g})", *f.p_value);
  else
    text += " (too few probes to prove it: hold the fault for 8 to 10 of the breaker's waits)";
  return text + "; a kill switch, a cache or a pausing queue would look the same";
}

}  // namespace

unsigned failing_calls_before(std::span<guarded_call const> calls, time_point opened) {
  auto const made = calls.first(
      static_cast<std::size_t>(std::ranges::upper_bound(calls, opened, {}, &guarded_call::arrived) - calls.begin()));
  std::optional<time_point> last_good;
  for (auto const& c : made)
    if (c.counts == weight::good && c.ended && *c.ended <= opened) last_good = std::max(last_good, c.ended);
  return static_cast<unsigned>(std::ranges::count_if(made, [&](guarded_call const& c) {
    return c.counts == weight::bad && c.ended && (!last_good || *c.ended > *last_good);
  }));
}

std::optional<time_point> rate_back(std::span<guarded_call const> calls, demand expected, time_point after,
                                    time_point to) {
  if (expected.per_second <= 0) return std::nullopt;
  auto const span = from_seconds(20 / expected.per_second);
  for (auto c = std::ranges::lower_bound(calls, after, {}, &guarded_call::arrived); c != calls.end(); ++c) {
    if (c->arrived + span > to) return std::nullopt;
    auto const end = std::ranges::lower_bound(calls, c->arrived + span, {}, &guarded_call::arrived);
    if (static_cast<double>(end - c) >= 18) return c->arrived;
  }
  return std::nullopt;
}

breaker_finding analyse_breaker(std::span<guarded_call const> calls, demand expected, time_point from, time_point to,
                                breaker_settings const& s) {
  auto const first = std::ranges::lower_bound(calls, from, {}, &guarded_call::arrived);
  auto const last = std::ranges::lower_bound(calls, to, {}, &guarded_call::arrived);
  calls = calls.subspan(static_cast<std::size_t>(first - calls.begin()), static_cast<std::size_t>(last - first));
  breaker_finding f;
  f.expected = expected;
  if (expected.per_second <= 0 || calls.empty()) {
    f.evidence = expected.per_second <= 0 ? "no calls in the baseline, so nothing can be expected"
                                          : "no guarded call since the fault was armed";
    return f;
  }
  cusum detector(calls, expected, from, to, s);
  auto all = detector.run();
  bool const any = !all.empty();
  std::erase_if(all, [](silence const& x) { return x.failures < least_failures; });
  if (!all.empty()) {
    reader(calls, expected, s).describe(f, all);
    f.evidence = tell(f);
  } else if (any) {
    f.evidence = "calls stopped without failures before: demand fell, which says nothing about a breaker";
  } else if (expected.over(s.longest_wait) < 7) {
    f.evidence = fmt::format("at {} a breaker that waits up to {} cannot be told from chance: at least {:.0f} needed",
                             per_minute(expected), show(s.longest_wait), std::ceil(420 / seconds(s.longest_wait)));
  } else if (went_on(calls, expected, 2 * detector.time_to_declare())) {
    f.verdict = breaker_verdict::not_observed;
    f.evidence = "calls went on at half the expected rate or more while they failed";
  } else {
    f.evidence = "too few failures for a breaker to show itself";
  }
  return f;
}

}  // namespace vendaval::monitor
