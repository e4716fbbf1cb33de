#include "sandbox/app/retry.hpp"

#include <algorithm>
#include <cmath>

namespace vendaval::sandbox {

std::optional<duration> wait_before_retry(retry_policy const& p, call_outcome o, unsigned tried, dice& d) {
  if (tried > p.most || std::ranges::find(p.on, o) == p.on.end()) return std::nullopt;
  auto const first = o == call_outcome::contention ? p.contention : p.base;
  constexpr double longest = 8.64e13;  // a day, in nanoseconds
  double const grown = static_cast<double>(first.count()) * std::pow(p.factor, tried - 1);
  duration const wait(static_cast<duration::rep>(std::min(grown, longest)));
  return wait + d.upto(duration(static_cast<duration::rep>(static_cast<double>(wait.count()) * p.jitter.share())));
}

}  // namespace vendaval::sandbox
