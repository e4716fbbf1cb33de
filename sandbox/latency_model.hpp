#pragma once
#include <algorithm>
#include <cmath>

#include "base/dice.hpp"
#include "base/time.hpp"

namespace vendaval::sandbox {

/// How long an answer takes: log-normal, given by what people measure. Both zero: at once.
struct latency_model {
  duration p50{}, p95{};

  duration draw(dice& d) const {
    if (p50 <= duration{}) return {};
    constexpr double z95 = 1.6448536269514722;  // the standard normal's 95th percentile
    double const sigma = p95 > p50 ? std::log(seconds(p95) / seconds(p50)) / z95 : 0.0;
    double const drawn = static_cast<double>(p50.count()) * std::exp(sigma * d.normal());
    constexpr double longest = 3.6e12;  // an hour: keeps a wild setting inside what a duration holds
    return duration(static_cast<duration::rep>(std::min(drawn, longest)));
  }

 private:
  static double seconds(duration d) { return std::chrono::duration<double>(d).count(); }
};

}  // namespace vendaval::sandbox
