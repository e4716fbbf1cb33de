#pragma once
#include <cstdint>

namespace vendaval::monitor {

/// P(X ≥ k) of n independent trials that each come true with probability p: exact, also for few trials.
double binomial_tail(std::uint64_t n, std::uint64_t k, double p);

}  // namespace vendaval::monitor
