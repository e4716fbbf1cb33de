#include "monitor/detect/detector.hpp"

#include <gtest/gtest.h>

#include "base/dice.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

/// A bank called at random, `per_minute` times on average.
struct scene {
  explicit scene(std::uint64_t seed, trouble what = trouble::failures)
      : chance(seed), watched(what, operation_set{}, detector_settings{}) {}

  /// Seconds until it is raised; nothing if it is not within that time.
  std::optional<int> play(int seconds, double failing, double per_minute, duration took = 100ms) {
    for (int s = 0; s < seconds; ++s) {
      for (int slice = 0; slice < 10; ++slice)
        if (chance.chance(per_minute / 600)) {
          auto const bad = chance.chance(failing);
          auto call = test::call{.result = bad ? outcome::institution_down : outcome::ok, .took = took};
          calls.observe(test::ended_at(now + slice * 100ms, call));
        }
      now += 1s;
      auto const d = watched.step(calls, "itau", now, true);
      if (!d) continue;
      ++(d->raised ? raised : over);
      if (d->raised) return s + 1;
    }
    return std::nullopt;
  }

  dice chance;
  traffic calls{1s};
  detector watched;
  time_point now{1h};
  int raised = 0, over = 0;
};

TEST(Detector, SeesAnOutageWithinSeconds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    scene s(seed);
    ASSERT_FALSE(s.play(1200, 0.002, 60));
    auto const seen = s.play(300, 1, 60);
    ASSERT_TRUE(seen);
    EXPECT_LE(*seen, 30);
    EXPECT_LT(s.watched.raised()->chance, detector_settings().chance);
  }
}

/// What AC-6 asks, for a fault that the rules see late or never: 8 % of 60 calls a minute.
TEST(Detector, SeesEightPercentFailingWithinFiveMinutes) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    scene s(seed);
    ASSERT_FALSE(s.play(1200, 0.002, 60));
    auto const seen = s.play(600, 0.08, 60);
    ASSERT_TRUE(seen) << seed;
    EXPECT_LE(*seen, 300) << seed;
  }
}

TEST(Detector, SeesCallsThatHangWhileTheyHang) {
  scene s(1, trouble::slowness);
  ASSERT_FALSE(s.play(1200, 0, 60));
  std::vector<flight> flights;
  auto const fault = s.now;
  for (int i = 0; i < 60 && s.raised == 0; ++i) {
    flights.push_back({"itau", operation::retrieve, s.now, static_cast<std::uint64_t>(i), false});
    s.calls.see(flights);
    s.play(1, 0, 0);
  }
  ASSERT_TRUE(s.watched.raised());
  EXPECT_LE(s.now - fault, 20s);  // after five seconds the first is slow
}

TEST(Detector, SeesPureSlownessAndThatItIsOver) {
  scene s(2, trouble::slowness);
  ASSERT_FALSE(s.play(1200, 0, 60));
  EXPECT_TRUE(s.play(60, 0, 60, 12s));
  s.play(300, 0, 60);
  EXPECT_EQ(s.over, 1);
  EXPECT_FALSE(s.play(600, 0, 60)) << "old trouble is not seen again";
}

TEST(Detector, SilenceEndsNothing) {
  scene s(3);
  ASSERT_FALSE(s.play(1200, 0.002, 60));
  ASSERT_TRUE(s.play(60, 1, 60));
  EXPECT_FALSE(s.play(1800, 0, 0));
  EXPECT_EQ(s.over, 0);
  s.play(180, 0, 60);
  EXPECT_EQ(s.over, 1);
}

/// A call every so often, all alike; how many times it was over.
int every(scene& s, duration pause, int calls, test::call const& c) {
  auto const before = s.over;
  for (int i = 0; i < calls; ++i) {
    s.calls.observe(test::ended_at(s.now, c));
    s.play(static_cast<int>(pause / 1s), 0, 0);
  }
  return s.over - before;
}

/// Two minutes never hold five calls of such a bank.
TEST(Detector, FewGoodCallsEndItToo) {
  for (auto const pause : {40s, 75s, 150s}) {
    scene s(6);
    every(s, 10s, 6, test::failing);
    ASSERT_TRUE(s.watched.raised());
    every(s, pause, 1, test::failing);
    EXPECT_EQ(every(s, pause, 4, {}), 0) << pause / 1s;
    EXPECT_EQ(every(s, pause, 8, {}), 1) << pause / 1s;
    EXPECT_EQ(every(s, pause, 8, {}), 0) << "old trouble is not seen again";
    EXPECT_FALSE(s.watched.raised());
  }
}

TEST(Detector, FewCallsOfWhichSomeFailDoNotEndIt) {
  scene s(7);
  every(s, 10s, 6, test::failing);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(every(s, 40s, 3, {}), 0);
    EXPECT_EQ(every(s, 40s, 1, test::failing), 0);
  }
  EXPECT_EQ(every(s, 40s, 16, {}), 1);
}

/// An open circuit breaker: seconds of trouble, then nobody calls. The minutes before it prove nothing of what is now.
TEST(Detector, WhatWasGoodBeforeItBeganDoesNotEndIt) {
  scene s(8);
  ASSERT_FALSE(s.play(420, 0, 60));
  ASSERT_TRUE(s.play(60, 1, 60));
  for (int silent = 0; silent < 1200; ++silent) s.play(1, 0, 0);
  EXPECT_EQ(s.over, 0);
}

TEST(Detector, WhatWasRestoredEndsWithFewGoodCallsToo) {
  scene s(9);
  s.watched.restore(s.now - 1h);
  EXPECT_EQ(every(s, 40s, 4, {}), 0);
  EXPECT_EQ(every(s, 40s, 4, {}), 1);
}

TEST(Detector, FourCallsAreTooFew) {
  scene s(4);
  for (int i = 0; i < 4; ++i) s.calls.observe(test::ended_at(s.now + i * 1s, test::failing));
  EXPECT_FALSE(s.play(60, 0, 0));
  s.calls.observe(test::ended_at(s.now, test::failing));
  EXPECT_TRUE(s.play(10, 0, 0));
}

/// A property, seeded: banks that fail now and then as banks do, busy and quiet, for a day each. Not one false alarm in
/// 40 days of looking every five seconds.
TEST(Detector, HealthyTrafficRaisesNothing) {
  int days = 0;
  for (double const usual : {0.0, 0.002, 0.005, 0.02})
    for (double const per_minute : {3.0, 60.0})
      for (std::uint64_t seed = 1; seed <= 5; ++seed, ++days) {
        scene s(seed * 977, trouble::failures);
        EXPECT_FALSE(s.play(86'400, usual, per_minute)) << usual << " " << per_minute << " " << seed;
      }
  EXPECT_EQ(days, 40);
}

}  // namespace
}  // namespace vendaval::monitor
