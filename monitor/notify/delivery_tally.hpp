#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "base/time.hpp"

namespace vendaval::monitor {

/// Upper bounds in seconds; one more bucket without a bound follows.
inline constexpr std::array<double, 10> delivery_bounds{.1, .5, 1, 5, 15, 30, 60, 300, 900, 3600};

/// How a kind of channel has fared since this process started.
struct delivery_tally {
  std::uint64_t accepted = 0, retried = 0, dead = 0;
  std::array<std::uint64_t, delivery_bounds.size() + 1> buckets{};  // not cumulative; of what was accepted
  double seconds = 0;                                               // from written to accepted, summed

  void accept(duration after) {
    auto const took = std::chrono::duration<double>(after).count();
    auto const bound = std::ranges::lower_bound(delivery_bounds, took);
    ++buckets[static_cast<std::size_t>(bound - delivery_bounds.begin())];
    seconds += took;
    ++accepted;
  }
};
using delivery_tallies = std::map<std::string, delivery_tally, std::less<>>;  // by kind: "pagerduty"

}  // namespace vendaval::monitor
