#pragma once
/// Collects one institution's guarded calls during a drill and keeps the finding up to date.
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "monitor/breaker/analysis.hpp"

namespace vendaval::monitor {

enum class app_breaker : std::uint8_t { open, half_open, closed };  // as an app may tell us

class breaker_observer {
 public:
  breaker_observer(time_point baseline_from, breaker_settings s) : from_(baseline_from), settings_(s) {}

  void observe(exchange const& x);  // of a guarded operation; others are ignored
  void see(std::vector<flight> const& flights, std::string_view institution);
  /// The baseline ends: the rate so far is what is expected from here on.
  void baseline_ends(time_point at);
  /// The app told us; from then on the verdict is `reported`. What it tells before the baseline ends is not read.
  void report(app_breaker state, time_point at);
  /// The last fault was taken away: only from here on can the rate be said to be back.
  void faults_lifted(time_point at) { lifted_ = at; }

  breaker_finding finding(time_point now) const;
  demand const& expected() const { return expected_; }

 private:
  using guarded_calls = std::span<guarded_call const>;
  std::vector<guarded_call> calls_since(time_point from) const;
  bool told_anything() const;
  breaker_finding told(breaker_finding inferred, guarded_calls calls) const;

  static constexpr std::size_t most_calls = 500'000;  // beyond it the drill is too large to read; counted, not kept
  time_point from_;
  breaker_settings settings_;
  std::unordered_map<std::uint64_t, guarded_call> calls_;
  std::uint64_t not_kept_ = 0;
  std::optional<time_point> baseline_end_, lifted_;
  demand expected_;
  std::vector<std::pair<app_breaker, time_point>> reports_;
};

}  // namespace vendaval::monitor
