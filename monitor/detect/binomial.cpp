#include "monitor/detect/binomial.hpp"

#include <cmath>

namespace vendaval::monitor {
namespace {

double log_term(double n, double k, double p) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) + (n - k) * std::log1p(-p);
}

/// The terms from `k` on, upwards or downwards: each is made of the one before, until they no longer count.
double sum_from(double n, double k, double p, bool upwards) {
  double term = std::exp(log_term(n, k, p)), sum = 0;
  double const odds = p / (1 - p);
  while (term > 0) {
    sum += term;
    if (upwards ? k >= n : k <= 0) break;
    if (term < sum * 1e-17) break;
    term *= upwards ? (n - k) / (k + 1) * odds : k / (n - k + 1) / odds;
    k += upwards ? 1 : -1;
  }
  return sum;
}

}  // namespace

double binomial_tail(std::uint64_t n, std::uint64_t k, double p) {
  if (k == 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  auto const trials = static_cast<double>(n), least = static_cast<double>(k);
  // Terms shrink away from the middle: sum the side that does.
  if (least > trials * p) return sum_from(trials, least, p, true);
  return 1 - sum_from(trials, least - 1, p, false);
}

}  // namespace vendaval::monitor
