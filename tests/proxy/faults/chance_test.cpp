#include "proxy/faults/chance.hpp"

#include <gmock/gmock.h>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;

armed_fault half(unit_of_chance per) {
  auto where = sometimes(50);
  where.per = per;
  return armed(7, down(), where);
}

/// Does it strike for these keys? A fresh count each time, so that nothing but the keys decides.
bool struck(armed_fault const& fault, dice_key const& key, std::uint64_t seed = 1, time_point now = start) {
  ordinals counts;
  std::uint64_t turn = 0;
  return strikes(fault, seed, key, counts, now, turn);
}
/// How many of a thousand keys, made by `key(i)`, it strikes for.
int hits(armed_fault const& fault, auto const& key, std::uint64_t seed = 1, time_point now = start) {
  int count = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) count += struck(fault, key(i), seed, now);
  return count;
}

TEST(Chance, ThereIsOneThrowForEachRequestConnectionClientOrLinkAsItSays) {
  auto const requests = [](std::uint64_t i) { return dice_key{1, 2, 3, "/a/", i}; };
  auto const connections = [](std::uint64_t i) { return dice_key{1, i, 3, "/a/", 5}; };
  auto const clients = [](std::uint64_t i) { return dice_key{i, 2, 3, "/a/", 5}; };
  auto const links = [](std::uint64_t i) { return dice_key{1, 2, i, "/a/", 5}; };
  auto const half_of = [](int n) { return n > 440 && n < 560; };
  auto const all_alike = [](int n) { return n == 0 || n == 1000; };
  using per = unit_of_chance;
  EXPECT_TRUE(half_of(hits(half(per::request), requests)));
  EXPECT_TRUE(all_alike(hits(half(per::request), connections)));
  EXPECT_TRUE(half_of(hits(half(per::connection), connections)));
  EXPECT_TRUE(all_alike(hits(half(per::connection), requests)));
  EXPECT_TRUE(half_of(hits(half(per::client), clients)));
  EXPECT_TRUE(all_alike(hits(half(per::client), requests)));
  EXPECT_TRUE(all_alike(hits(half(per::client), connections)));
  EXPECT_TRUE(half_of(hits(half(per::link), links)));
  EXPECT_TRUE(all_alike(hits(half(per::link), clients)));
}

TEST(Chance, ARouteHasDiceOfItsOwnOnlyPerRequest) {
  auto const other_route = [](unit_of_chance per) {
    int differ = 0;
    for (std::uint64_t i = 0; i < 200; ++i)
      differ += struck(half(per), {i, 2, 3, "/a/", 5}) != struck(half(per), {i, 2, 3, "/b/", 5});
    return differ;
  };
  EXPECT_GT(other_route(unit_of_chance::request), 50);
  EXPECT_EQ(other_route(unit_of_chance::client), 0);
}

TEST(Chance, S21_TheSameSeedAndKeysAreTheSameThrow) {
  auto const requests = [](std::uint64_t i) { return dice_key{1, 2, 3, "/a/", i}; };
  EXPECT_EQ(hits(half(unit_of_chance::request), requests, 5), hits(half(unit_of_chance::request), requests, 5));
  int differ = 0;
  for (std::uint64_t i = 0; i < 200; ++i)
    differ +=
        struck(half(unit_of_chance::request), requests(i), 5) != struck(half(unit_of_chance::request), requests(i), 6);
  EXPECT_GT(differ, 50);
}

TEST(Chance, WhatIsCertainNeedsNoDiceAndAnythingLessDoes) {
  EXPECT_FALSE(left_to_chance(armed(1, down())));
  EXPECT_TRUE(left_to_chance(armed(1, down(), sometimes(99.9))));
  auto rising = armed(1, down());
  rising.over_time = ramp{{0}, {100}, 1min};
  EXPECT_TRUE(left_to_chance(rising));
  EXPECT_FALSE(struck(armed(1, down(), sometimes(0)), {1, 2, 3, "/a/", 0}));
}

TEST(Chance, ARampTakesItsShareOfTheProbability) {
  auto rising = half(unit_of_chance::request);
  rising.over_time = ramp{{0}, {100}, 100s};
  auto const requests = [](std::uint64_t i) { return dice_key{1, 2, 3, "/a/", i}; };
  EXPECT_EQ(hits(rising, requests, 1, start), 0);
  EXPECT_NEAR(hits(rising, requests, 1, start + 50s), 250, 50);
  EXPECT_NEAR(hits(rising, requests, 1, start + 200s), 500, 60);
}

TEST(Chance, ACourseThatCountsTurnsCountsThemForEachClient) {
  auto early = armed(1, down());
  early.over_time = first{2};
  ordinals counts;
  std::vector<bool> one, other;
  std::uint64_t turn = 0;
  for (std::uint64_t i = 0; i < 4; ++i) {
    one.push_back(strikes(early, 1, {1, 0, 0, "/a/", i}, counts, start, turn));
    EXPECT_EQ(turn, i);
    other.push_back(strikes(early, 1, {2, 0, 0, "/b/", i}, counts, start, turn));
  }
  EXPECT_THAT(one, testing::ElementsAre(true, true, false, false));
  EXPECT_EQ(other, one);
}

TEST(Chance, TheDiceOfTheEffectAreNotThoseThatChoseIt) {
  dice_key const key{1, 2, 3, "/a/", 0};
  auto const chosen = half(unit_of_chance::request), certain = armed(7, down());
  EXPECT_NE(roll_of(chosen, 1, key).unit(), roll_of(certain, 1, key).unit());
  EXPECT_EQ(roll_of(chosen, 1, key).unit(), roll_of(half(unit_of_chance::client), 1, key).unit())
      << "and are thrown for each request, whatever the throw that chose it was for";
}

TEST(Chance, S8_TheCapIsHardInEverySecond) {
  auto where = sometimes(100);
  where.per_second = 3;
  auto const capped = armed(1, down(), where);
  auto const in_a_burst = [&](time_point t) {
    int passed = 0;
    for (int i = 0; i < 10; ++i) passed += under_cap(capped, t);
    return passed;
  };
  EXPECT_EQ(in_a_burst(start), 3);
  EXPECT_EQ(in_a_burst(start + 1ms), 0);
  EXPECT_LE(in_a_burst(start + 1s), 3);
  auto const open = armed(2, down());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(under_cap(open, start));
}

}  // namespace
}  // namespace vendaval::faults
