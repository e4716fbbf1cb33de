#include "proxy/faults/course.hpp"

#include <gtest/gtest.h>

namespace vendaval::faults {
namespace {

TEST(Course, IsAlwaysOnWhenThereIsNone) {
  EXPECT_EQ(strength({}, 10min), 1);
  EXPECT_TRUE(on_for({}, 7, 1));
  EXPECT_FALSE(counts_requests({}));
}

TEST(Course, TakesEveryNthRequest) {
  course const third = every{3};
  for (std::uint64_t n = 0; n < 30; ++n) EXPECT_EQ(on_for(third, n, 9), n % 3 == 2) << n;
}

struct chain {
  double share = 0, mean_burst = 0;
};
chain watch(bursts b, std::uint64_t seed, std::uint64_t requests) {
  std::uint64_t bad = 0, stretches = 0;
  bool before = false;
  for (std::uint64_t n = 0; n < requests; ++n) {
    bool const on = on_for(b, n, seed);
    bad += on;
    stretches += on && !before;
    before = on;
  }
  return {static_cast<double>(bad) / static_cast<double>(requests),
          static_cast<double>(bad) / static_cast<double>(std::max<std::uint64_t>(stretches, 1))};
}

TEST(Course, BurstsAsGilbertAndElliottSay) {
  auto const seen = watch({{2}, {25}}, 5, 200'000);
  EXPECT_NEAR(seen.share, 0.02 / 0.27, 0.006);  // enter / (enter + leave)
  EXPECT_NEAR(seen.mean_burst, 4, 0.25);        // 1 / leave
}

TEST(Course, BurstsAlsoWhereOneDrawTurnsEitherState) {
  auto const seen = watch({{80}, {60}}, 5, 200'000);
  EXPECT_NEAR(seen.share, 0.8 / 1.4, 0.01);
  EXPECT_NEAR(seen.mean_burst, 1 / 0.6, 0.05);
}

TEST(Course, ReadsTheSameStateHoweverOftenItIsAsked) {
  bursts const b{{5}, {20}};
  for (std::uint64_t n = 500; n-- > 0;) EXPECT_EQ(on_for(b, n, 3), on_for(b, n, 3)) << n;
}

TEST(Course, RunsFasterWhenCompressed) {
  EXPECT_EQ(std::get<square_wave>(compress(square_wave{15s, 30s}, 20)).off, 1500ms);
  EXPECT_EQ(std::get<ramp>(compress(ramp{{0}, {100}, 5min}, 20)).over, 15s);
  EXPECT_EQ(std::get<first>(compress(first{4}, 20)).requests, 4u);
}

}  // namespace
}  // namespace vendaval::faults
