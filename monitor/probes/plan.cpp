#include "monitor/probes/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::monitor {

rule probe_rule(std::vector<rule> const& rules, duration every) {
  rule r;
  r.name = probe_rule_name;
  r.what = metric::outage;
  r.lasts = 2 * every - 1s;  // from the first failure to the third
  r.min_samples = 3;
  r.clear_for = every;
  r.clear_samples = 1;
  r.grade = severity::critical;
  r.channels = {"pagerduty"};
  auto const outage = std::ranges::find(rules, metric::outage, &rule::what);
  if (outage != rules.end()) r.channels = outage->channels;
  return r;
}

std::string probe_agent(std::uint64_t secret) { return fmt::format("vendaval-probe/{:016x}", secret); }

std::vector<std::size_t> probe_plan::due(time_point now) {
  if (next_.empty())
    for (std::size_t i = 0; i < count_; ++i)
      next_.push_back(now + every_ * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(count_));
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < count_; ++i) {
    if (now < next_[i]) continue;
    places.push_back(i);
    next_[i] += every_;
    if (next_[i] <= now) next_[i] = now + every_;
  }
  return places;
}

}  // namespace vendaval::monitor
