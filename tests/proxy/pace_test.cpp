#include "proxy/pace.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

pace::bounds const usual{.grace = 5s, .per_second = 240, .silence = 10s, .total = 0s};

TEST(Pace, BeginsWithItsGrace) {
  pace p(usual);
  EXPECT_EQ(p.left(), 5s);
  p.waited(5s);
  EXPECT_EQ(p.left(), 0s);
}

TEST(Pace, WhoMovesAtTheMinimumRateLastsForEver) {
  pace p(usual);
  for (int second = 0; second < 3600; ++second) {
    p.waited(1s);
    ASSERT_GT(p.left(), 0s) << second;
    p.moved(240);
  }
}

TEST(Pace, WhoIsSlowerDoesNot) {
  pace p(usual);
  int seconds = 0;
  for (; p.left() > 0s && seconds < 100; ++seconds) {
    p.waited(1s);
    p.moved(24);
  }
  EXPECT_EQ(seconds, 6);
}

TEST(Pace, NoMegabyteBuysMoreThanOneSilence) {
  pace p(usual);
  p.moved(1 << 20);
  EXPECT_EQ(p.left(), 10s);
  p.moved(~std::uint64_t{0});
  EXPECT_EQ(p.left(), 10s);
}

TEST(Pace, ItsTotalCountsWaitingOnly) {
  auto bounds = usual;
  bounds.total = 12s;
  pace p(bounds);
  p.moved(1 << 20);
  p.waited(9s);
  p.moved(1 << 20);
  EXPECT_EQ(p.left(), 3s);
}

TEST(Pace, WithoutARateAnyByteBuysAWholeSilence) {
  pace p({.grace = 5s, .per_second = 0, .silence = 60s, .total = 0s});
  EXPECT_EQ(p.left(), 60s);
  p.waited(59s);
  p.moved(1);
  EXPECT_EQ(p.left(), 60s);
  p.moved(0);
  EXPECT_EQ(p.left(), 60s);
}

}  // namespace
}  // namespace vendaval
