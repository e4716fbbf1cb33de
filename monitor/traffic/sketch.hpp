#pragma once
/// Latencies as counts in logarithmic bins: any quantile within 1 % of the exact one, and two sketches merge into
/// exactly the sketch of both. Quantiles of quantiles are never taken; sketches are merged instead.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vendaval::monitor {

class sketch {
 public:
  struct bin {
    std::int32_t index = 0;  // bin i holds (growth^(i-1), growth^i] nanoseconds
    std::uint64_t count = 0;
    bool operator==(bin const&) const = default;
  };
  /// The relative error promised for latencies of 1 µs and more; below, whole nanoseconds are the limit.
  static constexpr double relative_error = 0.01;

  void add(duration value, std::uint64_t n = 1);  // anything below 1 ns counts as 1 ns
  void merge(sketch const& other);
  /// The value at rank floor(q × (count − 1)) of the sorted values, q in 0..1. Nothing when empty.
  std::optional<duration> quantile(double q) const;
  /// Nothing when empty; within the same error of the exact one, since every value is.
  std::optional<duration> mean() const;
  std::uint64_t count() const { return count_; }
  /// How many are longer than `limit`, to the sketch's accuracy.
  std::uint64_t longer_than(duration limit) const;
  bool empty() const { return count_ == 0; }

  /// For the journal and the tables; ascending by index, no empty bins.
  std::vector<bin> const& bins() const { return bins_; }
  static sketch from_bins(std::span<bin const> bins);  // in any order; equal indices add up

  /// The same in few bytes: a version, the number of bins, then how far each lies from the one before and its count.
  std::string to_bytes() const;
  /// Nothing unless it is exactly what to_bytes writes.
  static std::optional<sketch> from_bytes(std::string_view raw);

 private:
  void put(std::int32_t index, std::uint64_t n);

  std::vector<bin> bins_;
  std::uint64_t count_ = 0;
};

}  // namespace vendaval::monitor
