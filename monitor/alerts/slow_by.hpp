#pragma once
#include <algorithm>
#include <vector>

#include "monitor/alerts/rule.hpp"

namespace vendaval::monitor {

/// An answer slower than the strictest latency rule allows is bad for a drill's ledger.
inline duration slow_by(std::vector<rule> const& rules) {
  auto slow = duration::max();
  for (auto const& r : rules)
    if (r.what == metric::latency_p95) slow = std::min(slow, r.slow);
  return slow;
}

}  // namespace vendaval::monitor
