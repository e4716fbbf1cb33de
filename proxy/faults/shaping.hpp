#pragma once
/// What every fault kind works with. A kind is a struct with
///   static constexpr std::string_view name, about;   // the word in TOML; one sentence for the reference page
///   static constexpr bool ends;                      // may it end the request itself, in place of the upstream?
///   static void fields(Self&, Visit&&);              // its keys, with bounds
///   void check(fault_checks&) const;                 // what one field alone cannot tell
///   bool random() const;                             // does shape() draw from the dice?
///   bool shape(plan&, shaping_context&) const;       // true when it touched the plan
/// shape() reads no clock, logs nothing, touches no socket. If it throws, the request passes through (S24).
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/dice.hpp"
#include "base/time.hpp"
#include "proxy/faults/error_shapes.hpp"
#include "proxy/faults/meter.hpp"
#include "proxy/faults/plan.hpp"

namespace vendaval::faults {

struct shaping_context {
  dice& roll;  // keyed by the fault and the request: same traffic, same draws
  time_point now;
  error_shapes const& shapes;  // how the API in front of us writes its errors
  meter& bucket;               // this armed fault's own, shared by all data threads
};

/// What a kind may ask, and say, when its table has been read.
struct fault_checks {
  std::function<bool(std::string_view key)> given;
  std::function<void(std::string_view key, std::string what, std::string help)> fail;
  std::function<void(std::string_view key, std::size_t index, std::string what, std::string help)> fail_at;
  std::span<std::string const> error_codes;  // that the dialect can answer
};

/// The longest that one fault may hold a request; Belvo itself gives up after five minutes.
inline constexpr duration longest_hold = 10min;

/// A log-normal draw from the two percentiles people know: half of the draws lie below p50, 99 % below p99.
/// Never more than longest_hold. p50 itself, without a draw, when p99 is not above it.
duration lognormal(dice& roll, duration p50, duration p99);

}  // namespace vendaval::faults
