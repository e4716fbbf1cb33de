#include "monitor/traffic/sketch.hpp"

#include <algorithm>
#include <cmath>

namespace vendaval::monitor {
namespace {

// A hair under the promise, to leave room for rounding to whole nanoseconds.
constexpr double alpha = sketch::relative_error * 0.985;
double const growth = (1 + alpha) / (1 - alpha);
double const per_bin = 1 / std::log(growth);

std::int32_t index_of(duration value) {
  auto const ns = static_cast<double>(std::max<duration::rep>(value.count(), 1));
  return static_cast<std::int32_t>(std::ceil(std::log(ns) * per_bin));
}

duration value_of(std::int32_t index) {
  auto const middle = 2 * std::pow(growth, index) / (growth + 1);  // equally far, in proportion, from both edges
  return duration(static_cast<duration::rep>(std::llround(std::min(middle, 9.2e18))));
}

}  // namespace

void sketch::put(std::int32_t index, std::uint64_t n) {
  if (n == 0) return;
  count_ += n;
  auto const place = std::ranges::lower_bound(bins_, index, {}, &bin::index);
  if (place != bins_.end() && place->index == index)
    place->count += n;
  else
    bins_.insert(place, {index, n});
}

void sketch::add(duration value, std::uint64_t n) { put(index_of(value), n); }

void sketch::merge(sketch const& other) {
  if (other.bins_.size() < 4) {
    for (auto const& b : other.bins_) put(b.index, b.count);
    return;
  }
  std::vector<bin> both;
  both.reserve(bins_.size() + other.bins_.size());
  auto a = bins_.begin();
  for (auto const& b : other.bins_) {
    while (a != bins_.end() && a->index < b.index) both.push_back(*a++);
    both.push_back(b);
    if (a != bins_.end() && a->index == b.index) both.back().count += (a++)->count;
  }
  both.insert(both.end(), a, bins_.end());
  bins_ = std::move(both);
  count_ += other.count_;
}

std::optional<duration> sketch::quantile(double q) const {
  if (empty()) return std::nullopt;
  auto const rank = static_cast<std::uint64_t>(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_ - 1));
  std::uint64_t below = 0;
  for (auto const& b : bins_)
    if ((below += b.count) > rank) return value_of(b.index);
  return value_of(bins_.back().index);
}

sketch sketch::from_bins(std::span<bin const> bins) {
  sketch s;
  for (auto const& b : bins) s.put(b.index, b.count);
  return s;
}

}  // namespace vendaval::monitor
