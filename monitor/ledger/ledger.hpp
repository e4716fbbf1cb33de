#pragma once
/// The instants of one drill, in the order in which they should come. All on the monotonic clock of this process.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace vendaval::monitor {

enum class mark : std::uint8_t {
  armed,             // the first fault that makes answers bad or slow was published to the data path
  first_touched,     // it first shaped a request
  first_bad,         // the first bad answer it caused left for the app
  rule_pending,      // a rule first saw the condition
  firing,            // a rule fired
  written,           // incident and notification were committed together
  accepted,          // the receiver answered 2xx: somebody could know
  breaker_opened,    // the app stopped calling
  lifted,            // the last fault was taken away
  first_good,        // the first good answer after that
  breaker_closed,    // the app calls again as before
  rate_recovered,    // calls are back to 90 % of what was expected
  alert_cleared,     // the last rule of this bank cleared
  incident_resolved  // the incident was closed by itself
};
inline constexpr std::size_t mark_count = 14;
inline constexpr std::array<std::string_view, mark_count> mark_names{
    "armed",          "first_touched",  "first_bad_answer", "rule_pending",     "firing",
    "written",        "accepted",       "breaker_opened",   "lifted",           "first_good_answer",
    "breaker_closed", "rate_recovered", "alert_cleared",    "incident_resolved"};

struct ledger {
  std::array<std::optional<time_point>, mark_count> at;

  /// Keeps the first time only.
  void note(mark m, time_point t) {
    auto& place = at[static_cast<std::size_t>(m)];
    if (!place) place = t;
  }
  std::optional<time_point> operator[](mark m) const { return at[static_cast<std::size_t>(m)]; }
  std::optional<duration> between(mark from, mark to) const {
    auto const a = (*this)[from], b = (*this)[to];
    if (!a || !b) return std::nullopt;
    return *b - *a;
  }
  /// Detection: accepted − first bad answer.
  std::optional<duration> detection() const { return between(mark::first_bad, mark::accepted); }
  /// Recovery: the service as the app feels it. Lifted → the last of first good answer, rate back to 90 % and, when it
  /// had opened, breaker closed. Nothing while one of them is still to come.
  std::optional<duration> recovery() const {
    auto const good = between(mark::lifted, mark::first_good), rate = between(mark::lifted, mark::rate_recovered);
    auto const closed = between(mark::lifted, mark::breaker_closed);
    if (!good || !rate || ((*this)[mark::breaker_opened] && !closed)) return std::nullopt;
    return std::max({*good, *rate, closed.value_or(*rate)});
  }
};

}  // namespace vendaval::monitor
