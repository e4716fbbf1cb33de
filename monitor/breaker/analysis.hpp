#pragma once
/// Reads an app's circuit breaker from the calls that reach us. It can only ever be inferred: the evidence says what
/// was seen, with its probability, and what else would look the same.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/breaker/demand.hpp"
#include "proxy/exchange.hpp"

namespace vendaval::monitor {

/// One call to a guarded operation.
struct guarded_call {
  time_point arrived{};
  std::optional<time_point> ended;  // nothing while it is under way
  weight counts = weight::neither;
};

enum class breaker_verdict : std::uint8_t { reported, confirmed, suspected, not_observed, undeterminable };
inline constexpr std::array<std::string_view, 5> breaker_verdict_names{"reported", "confirmed", "suspected",
                                                                       "not_observed", "undeterminable"};
inline std::string_view name_of(breaker_verdict v) { return breaker_verdict_names[static_cast<std::size_t>(v)]; }

struct breaker_settings {
  duration longest_wait = 60s;  // the longest open time an app may have; decides what can be told at all
  double collapsed = 0.05;      // share of the expected rate that counts as silence
  double false_alarms = 0.01;   // wanted per run
  double significance = 0.01;   // below it regular probes are proof
};

struct breaker_finding {
  breaker_verdict verdict = breaker_verdict::undeterminable;
  std::optional<time_point> opened_at, declared_at;  // last call before the silence; when the silence was proof
  std::optional<time_point> closed_at;               // answer to the probe after which calls resumed
  std::optional<time_point> rate_recovered_at;    // rate_back(); the observer's, who knows when the faults were lifted
  unsigned failures_before_open = 0;              // failing_calls_before(opened_at)
  unsigned probes = 0;                            // calls or small bursts let through while open
  std::vector<duration> spacing;                  // waits before each failed probe, from the end of the call before
  std::optional<duration> wait_least, wait_most;  // estimate of the app's open time
  std::optional<double> p_value;                  // of gaps this regular in merely thinner traffic
  demand expected;
  std::string evidence;  // one sentence, English
};

/// Calls ascending by arrival; only those that arrived in [from, to) are read.
breaker_finding analyse_breaker(std::span<guarded_call const> calls, demand expected, time_point from, time_point to,
                                breaker_settings const& s = {});

/// Calls made up to `opened` that failed, since the last good answer the app had by then: those that made it stop, and
/// those that were on their way when it did.
unsigned failing_calls_before(std::span<guarded_call const> calls, time_point opened);

/// The first call from `after` on from which twenty expected calls' worth of time held 90 % of them.
std::optional<time_point> rate_back(std::span<guarded_call const> calls, demand expected, time_point after,
                                    time_point to);

}  // namespace vendaval::monitor
