#include "monitor/breaker/demand.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vendaval::monitor {

demand learn_demand(std::span<time_point const> arrivals, time_point from, time_point to) {
  demand d;
  auto const seconds = std::chrono::duration<double>(to - from).count();
  if (seconds <= 0 || arrivals.empty()) return d;
  d.per_second = static_cast<double>(arrivals.size()) / seconds;

  // Counts in bins of about five arrivals; fewer than eight bins say nothing about bursts.
  auto const bins = static_cast<std::size_t>(static_cast<double>(arrivals.size()) / 5);
  if (bins < 8) return d;
  std::vector<double> counts(bins, 0.0);
  for (auto const a : arrivals) {
    auto const share = std::chrono::duration<double>(a - from).count() / seconds;
    if (share < 0 || share >= 1) continue;
    counts[std::min(bins - 1, static_cast<std::size_t>(share * static_cast<double>(bins)))] += 1;
  }
  double mean = 0, square = 0;
  for (auto const c : counts) mean += c;
  mean /= static_cast<double>(bins);
  for (auto const c : counts) square += (c - mean) * (c - mean);
  auto const free = static_cast<double>(bins - 1);
  auto const measured = square / free / mean;
  auto const chance = 1 + 2 * std::sqrt(2 / free);  // Poisson counts stay below this 49 times in 50
  if (measured > chance) d.dispersion = measured;
  return d;
}

}  // namespace vendaval::monitor
