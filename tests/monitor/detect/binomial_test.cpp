#include "monitor/detect/binomial.hpp"

#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

TEST(BinomialTail, AgreesWithTheSumByHand) {
  EXPECT_NEAR(binomial_tail(5, 5, 0.5), 1.0 / 32, 1e-15);
  EXPECT_NEAR(binomial_tail(4, 2, 0.5), 11.0 / 16, 1e-15);
  EXPECT_NEAR(binomial_tail(3, 1, 0.1), 1 - 0.9 * 0.9 * 0.9, 1e-15);
  EXPECT_NEAR(binomial_tail(10, 3, 0.05) / 0.0115035, 1, 1e-4);  // R: pbinom(2, 10, .05, lower.tail = FALSE)
}

TEST(BinomialTail, HoldsAtItsEdges) {
  EXPECT_EQ(binomial_tail(10, 0, 0.3), 1);
  EXPECT_EQ(binomial_tail(10, 11, 0.3), 0);
  EXPECT_EQ(binomial_tail(10, 1, 0), 0);
  EXPECT_EQ(binomial_tail(10, 10, 1), 1);
}

TEST(BinomialTail, FallsAsMoreIsAskedAndStaysAProbability) {
  for (auto const n : {8ull, 8'000ull, 800'000ull}) {
    double before = 1;
    for (auto k = 1ull; k <= n; k += 1 + n / 50) {
      auto const p = binomial_tail(n, k, 0.02);
      EXPECT_GE(p, 0);
      EXPECT_LE(p, before + 1e-9) << n << " " << k;
      before = p;
    }
  }
}

}  // namespace
}  // namespace vendaval::monitor
