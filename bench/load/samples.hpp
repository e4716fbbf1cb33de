#pragma once
/// Every duration measured, kept until the end: bounded by rate times seconds, and no bucket blurs a percentile.
#include <chrono>
#include <string>
#include <vector>

namespace vendaval::bench {

class samples {
 public:
  void add(std::chrono::nanoseconds d) { all_.push_back(d); }
  void clear() { all_.clear(); }
  std::size_t count() const { return all_.size(); }
  /// {"min":…,"p50":…,"p90":…,"p99":…,"p99.9":…,"max":…} in microseconds; sorts.
  std::string json();

 private:
  std::vector<std::chrono::nanoseconds> all_;
};

}  // namespace vendaval::bench
