#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace vendaval::monitor {

/// Upper bounds in seconds; one more bucket without a bound follows.
inline constexpr std::array<double, 10> delivery_bounds{.1, .5, 1, 5, 15, 30, 60, 300, 900, 3600};

/// How deliveries have fared since this process started.
struct delivery_tally {
  std::uint64_t accepted = 0, retried = 0, dead = 0;
  std::array<std::uint64_t, delivery_bounds.size() + 1> buckets{};  // not cumulative; of what was accepted
  double seconds = 0;                                               // from written to accepted, summed
  std::optional<time_point> last_accepted{};

  void accept(duration after, time_point now) {
    auto const took = std::chrono::duration<double>(after).count();
    auto const bound = std::ranges::lower_bound(delivery_bounds, took);
    ++buckets[static_cast<std::size_t>(bound - delivery_bounds.begin())];
    seconds += took;
    ++accepted;
    last_accepted = now;
  }
  void merge(delivery_tally const& more) {
    accepted += more.accepted;
    retried += more.retried;
    dead += more.dead;
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += more.buckets[i];
    seconds += more.seconds;
    last_accepted = std::max(last_accepted, more.last_accepted);
  }
};
using delivery_tallies = std::map<std::string, delivery_tally, std::less<>>;  // by kind or by lane

}  // namespace vendaval::monitor
