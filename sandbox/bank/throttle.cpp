#include "sandbox/bank/throttle.hpp"

namespace vendaval::sandbox {

bool throttle::admits(std::string const& source, time_point now) {
  if (requests_ == 0) return true;
  auto& seen = admitted_[source];
  while (!seen.empty() && now - seen.front() >= window_) seen.pop_front();
  if (seen.size() >= requests_) return false;
  seen.push_back(now);
  return true;
}

}  // namespace vendaval::sandbox
