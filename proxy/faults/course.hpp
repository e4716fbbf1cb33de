#pragma once
#include <cstdint>
#include <variant>

#include "base/dice.hpp"
#include "base/units.hpp"

namespace vendaval::faults {

/// On for `on`, off for `off`, from the moment the fault was armed.
struct square_wave {
  duration on{}, off{};
};
/// Its probability grows (or falls) evenly between two shares of itself, then stays.
struct ramp {
  percent from{0}, to{100};
  duration over{};
};
/// Gilbert and Elliott: good and bad stretches. With every request of a client the good one turns bad with `enter`, the
/// bad one good with `leave`; a mean burst lasts 1/leave requests.
struct bursts {
  percent enter, leave;
};
/// The first so many requests of each client, then never again.
struct first {
  std::uint32_t requests = 1;
};
/// Every so manieth request of each client.
struct every {
  std::uint32_t nth = 1;
};
/// How a fault behaves over time or over requests; nothing = always alike.
using course = std::variant<std::monostate, square_wave, ramp, bursts, first, every>;

/// How much of the fault's probability holds after this long: 0..1.
double strength(course const& c, duration since_armed);
/// Must the requests of a client be counted for it?
bool counts_requests(course const& c);
/// Is the fault on for the nth request (from 0) of a client? `seed` keys its dice. The same n gives the same answer on
/// any thread: the state of a burst is read off the draws before n, back to the last one that settles it.
bool on_for(course const& c, std::uint64_t n, std::uint64_t seed);
/// Time runs `factor` times faster.
course compress(course c, double factor);

}  // namespace vendaval::faults
