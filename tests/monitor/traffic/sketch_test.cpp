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

TEST(Sketch, TheMeanIsWithinOnePercentOfTheExactOne) {
  for (std::uint64_t seed = 1; seed != 40; ++seed) {
    auto const all = latencies(seed, 1 + 37 * seed);
    double sum = 0;
    for (auto const v : all) sum += static_cast<double>(v.count());
    auto const exact = sum / static_cast<double>(all.size());
    EXPECT_NEAR(static_cast<double>(of(all).mean()->count()), exact, sketch::relative_error * exact) << "seed " << seed;
  }
  EXPECT_FALSE(sketch().mean());
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

TEST(Sketch, ComesBackFromItsBytesAndTheyAreFew) {
  for (std::uint64_t seed = 0; seed != 40; ++seed) {
    auto const s = of(latencies(seed, seed * 51));
    auto const back = sketch::from_bytes(s.to_bytes());
    ASSERT_TRUE(back);
    EXPECT_EQ(back->bins(), s.bins());
    EXPECT_EQ(back->count(), s.count());
    EXPECT_LE(s.to_bytes().size(), 4 + 4 * s.bins().size());
  }
  sketch extremes;
  extremes.add(0ns);
  extremes.add(duration::max(), 1ull << 60);
  EXPECT_EQ(sketch::from_bytes(extremes.to_bytes())->bins(), extremes.bins());
}

TEST(Sketch, MergesFromBytesAsItDoesInMemory) {
  auto const a = of(latencies(1, 300)), b = of(latencies(2, 500));
  auto both = a, read = *sketch::from_bytes(a.to_bytes());
  both.merge(b);
  read.merge(*sketch::from_bytes(b.to_bytes()));
  EXPECT_EQ(read.bins(), both.bins());
}

TEST(Sketch, RefusesBytesThatItDidNotWrite) {
  auto const raw = of(latencies(5, 50)).to_bytes();
  for (std::size_t cut = 0; cut != raw.size(); ++cut) EXPECT_FALSE(sketch::from_bytes(raw.substr(0, cut))) << cut;
  EXPECT_FALSE(sketch::from_bytes(raw + '\1'));
  EXPECT_FALSE(sketch::from_bytes("\2" + raw.substr(1)));
  using namespace std::string_literals;
  for (auto const& wrong : {"\1\1\0\0"s, "\1\1\0\x81\0"s, "\1\1\xff\xff\x7f\1"s, "\1\xff\xff\xff\xff\x0f"s})
    EXPECT_FALSE(sketch::from_bytes(wrong));
  dice d(3);
  for (int i = 0; i != 20'000; ++i) {  // whatever it is: no crash, and what is taken says the same again
    auto odd = raw;
    odd[d.below(odd.size())] = static_cast<char>(d.bits());
    if (auto const s = sketch::from_bytes(odd)) EXPECT_EQ(s->to_bytes(), odd);
  }
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
