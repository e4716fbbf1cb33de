#include "monitor/incidents/statistics.hpp"

#include <algorithm>

namespace vendaval::monitor {
namespace {

class sum {
 public:
  void add(std::optional<time_point> from, std::optional<time_point> to) {
    if (!from || !to) return;
    total_ += *to - *from;
    ++n_;
  }
  mean_of mean() const {
    if (n_ == 0) return {};
    return {n_, total_ / static_cast<duration::rep>(n_)};
  }

 private:
  duration total_{0};
  std::uint64_t n_ = 0;
};

}  // namespace

incident_statistics statistics(std::span<incident const> all, incident_choice const& which) {
  incident_statistics out;
  sum detected, alerted, acknowledged, resolved;
  for (auto const& i : all) {
    if (which.grade && i.grade != *which.grade) continue;
    if (which.since && i.opened_at < *which.since) continue;
    if (!i.part_of.empty()) continue;
    out.drills += i.drill;
    if (i.drill && !which.drills) continue;
    ++out.incidents;
    out.open += is_open(i);
    detected.add(i.started_at, i.opened_at);
    alerted.add(i.started_at, i.alerted_at);
    auto const known = i.alerted_at.value_or(i.opened_at);
    acknowledged.add(std::min(known, i.acknowledged_at.value_or(known)), i.acknowledged_at);
    resolved.add(i.started_at, i.resolved_at);
  }
  out.detected = detected.mean();
  out.alerted = alerted.mean();
  out.acknowledged = acknowledged.mean();
  out.resolved = resolved.mean();
  return out;
}

}  // namespace vendaval::monitor
