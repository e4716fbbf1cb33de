#include "monitor/breaker/observer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "monitor/traffic/tally.hpp"

namespace vendaval::monitor {

void breaker_observer::observe(exchange const& x) {
  if (!bank_touching().has(x.what) || x.arrived < from_) return;
  if (calls_.size() >= most_calls && !calls_.contains(x.request)) {
    ++not_kept_;
    return;
  }
  calls_[x.request] = {x.arrived, x.ended, x.counts};
}

void breaker_observer::see(std::vector<flight> const& flights, std::string_view institution) {
  for (auto const& f : flights) {
    bool const ours = f.institution == institution && bank_touching().has(f.what) && f.arrived >= from_;
    if (ours && calls_.size() < most_calls) calls_.try_emplace(f.request, guarded_call{f.arrived, {}, weight::neither});
  }
}

void breaker_observer::baseline_ends(time_point at) {
  std::vector<time_point> arrivals;
  for (auto const& [request, c] : calls_)
    if (c.arrived < at) arrivals.push_back(c.arrived);
  std::ranges::sort(arrivals);
  expected_ = learn_demand(arrivals, from_, at);
  baseline_end_ = at;
}

void breaker_observer::report(app_breaker state, time_point at) { reports_.emplace_back(state, at); }

/// Ascending by arrival.
std::vector<guarded_call> breaker_observer::calls_since(time_point from) const {
  std::vector<guarded_call> calls;
  for (auto const& [request, c] : calls_)
    if (c.arrived >= from) calls.push_back(c);
  std::ranges::sort(calls, {}, &guarded_call::arrived);
  return calls;
}

bool breaker_observer::told_anything() const {
  return std::ranges::any_of(reports_, [this](auto const& r) { return r.second >= *baseline_end_; });
}

/// The app's own word stands over what was inferred; what it did not say stays inferred.
breaker_finding breaker_observer::told(breaker_finding f, guarded_calls calls) const {
  f.verdict = breaker_verdict::reported;
  f.opened_at.reset();
  f.closed_at.reset();
  unsigned opened = 0, tried = 0;
  for (auto const& [state, at] : reports_) {
    if (at < *baseline_end_) continue;
    if (state == app_breaker::open) {
      if (!f.opened_at) f.opened_at = at;
      f.closed_at.reset();
      ++opened;
    } else if (state == app_breaker::half_open) {
      ++tried;
    } else {
      f.closed_at = at;
    }
  }
  if (tried > 0) f.probes = tried;
  if (f.opened_at) f.failures_before_open = failing_calls_before(calls, *f.opened_at);
  f.evidence = fmt::format(
      "the app reported that it opened after {} failing calls and tried again {} times, opening {} times in all; "
      "inferred beside it: {}",
      f.failures_before_open, tried, opened, f.evidence);
  return f;
}

breaker_finding breaker_observer::finding(time_point now) const {
  breaker_finding f;
  f.expected = expected_;
  if (!baseline_end_) {
    f.evidence = "no fault has been armed yet";
    return f;
  }
  if (not_kept_ > 0) {
    f.evidence = "more calls than can be kept for this: shorten the run or lower the load";
    return f;
  }
  auto const calls = calls_since(*baseline_end_);
  f = analyse_breaker(calls, expected_, *baseline_end_, now, settings_);
  if (told_anything()) f = told(std::move(f), calls);
  f.rate_recovered_at.reset();
  if (f.closed_at && lifted_) f.rate_recovered_at = rate_back(calls, expected_, std::max(*f.closed_at, *lifted_), now);
  return f;
}

}  // namespace vendaval::monitor
