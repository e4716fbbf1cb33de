#include "monitor/breaker/demand.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/dice.hpp"

namespace vendaval::monitor {
namespace {

constexpr time_point start{1h};

std::vector<time_point> arrivals(std::uint64_t seed, double per_second, int together, time_point to) {
  dice d(seed);
  std::vector<time_point> all;
  for (auto t = start;;) {
    t += duration(static_cast<duration::rep>(-std::log(1 - d.unit()) * together / per_second * 1e9));
    if (t >= to) return all;
    for (int i = 0; i != together; ++i) all.push_back(t);
  }
}

TEST(Demand, LearnsTheRateOfIndependentCallers) {
  int dispersed = 0;
  for (std::uint64_t seed = 0; seed != 50; ++seed) {
    auto const d = learn_demand(arrivals(seed, 2, 1, start + 10min), start, start + 10min);
    EXPECT_NEAR(d.per_second, 2, 0.3);
    dispersed += d.dispersion > 1;
  }
  EXPECT_LE(dispersed, 5);
}

TEST(Demand, NoticesThatCallsComeInBursts) {
  for (std::uint64_t seed = 0; seed != 50; ++seed) {
    auto const d = learn_demand(arrivals(seed, 2, 4, start + 10min), start, start + 10min);
    EXPECT_GT(d.dispersion, 2);
    EXPECT_LT(d.dispersion, 7);
  }
}

TEST(Demand, IsNothingWithoutCallsAndKeepsQuietAboutBurstsWithFew) {
  EXPECT_EQ(learn_demand({}, start, start + 1min).per_second, 0);
  std::vector<time_point> const burst(10, start + 1s);
  EXPECT_EQ(learn_demand(burst, start, start + 10s).dispersion, 1);
  EXPECT_EQ(learn_demand(burst, start, start).per_second, 0);
}

}  // namespace
}  // namespace vendaval::monitor
