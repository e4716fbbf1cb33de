#include "monitor/breaker/observer.hpp"

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

/// The app's own word stands over what was inferred; what it did not say stays inferred.
breaker_finding breaker_observer::told(breaker_finding f) const {
  f.verdict = breaker_verdict::reported;
  f.closed_at.reset();
  bool opened = false;
  unsigned tried = 0;
  for (auto const& [state, at] : reports_) {
    if (state == app_breaker::open) {
      if (!opened) f.opened_at = at;
      opened = true;
      f.closed_at.reset();
    } else if (state == app_breaker::half_open) {
      ++tried;
    } else {
      f.closed_at = at;
    }
  }
  if (tried > 0) f.probes = tried;
  f.evidence = "the app reported its breaker's changes; inferred beside it: " + f.evidence;
  return f;
}

breaker_finding breaker_observer::finding(time_point now) const {
  breaker_finding f;
  f.expected = expected_;
  if (!baseline_end_) {
    f.evidence = "no fault has been armed yet";
  } else if (not_kept_ > 0) {
    f.evidence = "more calls than can be kept for this: shorten the run or lower the load";
  } else {
    std::vector<guarded_call> calls;
    for (auto const& [request, c] : calls_)
      if (c.arrived >= *baseline_end_) calls.push_back(c);
    std::ranges::sort(calls, {}, &guarded_call::arrived);
    f = analyse_breaker(calls, expected_, *baseline_end_, now, settings_);
  }
  return reports_.empty() ? f : told(std::move(f));
}

}  // namespace vendaval::monitor
