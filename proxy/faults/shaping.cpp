#include "proxy/faults/shaping.hpp"

#include <algorithm>
#include <cmath>

namespace vendaval::faults {

duration lognormal(dice& roll, duration p50, duration p99) {
  if (p99 <= p50 || p50 <= 0ns) return p50;
  constexpr double z99 = 2.3263478740408408;  // standard normal quantile of 0.99
  double const sigma = std::log(static_cast<double>(p99.count()) / static_cast<double>(p50.count())) / z99;
  double const drawn = static_cast<double>(p50.count()) * std::exp(sigma * roll.normal());
  double const bounded = std::min(drawn, static_cast<double>(longest_hold.count()));
  return duration(static_cast<duration::rep>(bounded));
}

}  // namespace vendaval::faults
