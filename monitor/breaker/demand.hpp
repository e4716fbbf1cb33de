#pragma once
/// How often an app would call if nothing held it back.
#include <span>

#include "base/time.hpp"

namespace vendaval::monitor {

struct demand {
  double per_second = 0;
  double dispersion = 1;  // variance ÷ mean of counts, at least 1; 1 = independent callers, more = bursts

  double over(duration d) const { return per_second * std::chrono::duration<double>(d).count(); }
};

/// From the arrivals of a healthy stretch [from, to), ascending. A dispersion that chance alone explains counts as 1.
demand learn_demand(std::span<time_point const> arrivals, time_point from, time_point to);

}  // namespace vendaval::monitor
