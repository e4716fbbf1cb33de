#include "monitor/traffic/sketch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/dice.hpp"

namespace vendaval::monitor {
namespace {

std::vector<duration> latencies(std::uint64_t seed, std::size_t n) {
  dice d(seed);
  std::vector<duration> all;
  for (std::size_t i = 0; i != n; ++i)  // log-normal around 400 ms, with a tail of minutes and some microseconds
    all.push_back(duration(static_cast<duration::rep>(4e8 * std::exp(d.normal() * 2.5))) + 1us);
  return all;
}

sketch of(std::vector<duration> const& all) {
  sketch s;
  for (auto const v : all) s.add(v);
  return s;
}

TEST(Sketch, AnyQuantileIsWithinOnePercentOfTheExactOne) {
  for (std::uint64_t seed = 1; seed != 40; ++seed) {
    auto all = latencies(seed, 1 + 37 * seed);
    auto const s = of(all);
    std::ranges::sort(all);
    for (auto const q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      auto const exact = all[static_cast<std::size_t>(q * static_cast<double>(all.size() - 1))];
      auto const error = std::abs(static_cast<double>((*s.quantile(q) - exact).count()));
      EXPECT_LE(error, sketch::relative_error * static_cast<double>(exact.count())) << "seed " << seed << " q " << q;
    }
  }
}

TEST(Sketch, MergedIsTheSameAsHavingSeenEverything) {
  for (std::uint64_t seed = 1; seed != 20; ++seed) {
    auto const a = latencies(seed, 200), b = latencies(seed + 1000, seed % 5);
    auto both = a;
    both.insert(both.end(), b.begin(), b.end());
    auto merged = of(a), other_way = of(b);
    merged.merge(of(b));
    other_way.merge(of(a));
    EXPECT_EQ(merged.bins(), of(both).bins());
    EXPECT_EQ(other_way.bins(), of(both).bins());
    EXPECT_EQ(merged.count(), both.size());
  }
}

TEST(Sketch, ComesBackFromItsBins) {
  auto const s = of(latencies(3, 500));
  auto const back = sketch::from_bins(s.bins());
  EXPECT_EQ(back.bins(), s.bins());
  EXPECT_EQ(back.count(), 500u);
  EXPECT_EQ(back.quantile(0.95), s.quantile(0.95));
}

TEST(Sketch, HasNoQuantileWhenEmptyAndTakesZeroAndTheLongest) {
  sketch s;
  EXPECT_FALSE(s.quantile(0.5));
  s.add(0ns);
  s.add(-1s);
  EXPECT_LE(*s.quantile(1), 1ns);
  s.add(duration::max(), 3);
  EXPECT_EQ(s.count(), 5u);
  EXPECT_GT(*s.quantile(1), 24h * 365 * 200);
}

}  // namespace
}  // namespace vendaval::monitor
