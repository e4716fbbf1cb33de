#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;

std::vector<duration> holds(fault what, int count = 50'000) {
  path p;
  armed_set const set{.faults = {armed(1, std::move(what))}, .seed = 11};
  std::vector<duration> result;
  for (int i = 0; i < count; ++i) result.push_back(p.decide({}, set).hold);
  std::ranges::sort(result);
  return result;
}
double seconds(duration d) { return std::chrono::duration<double>(d).count(); }

TEST(Catalogue, NamesEveryKindOnceAndSaysWhatItDoes) {
  std::set<std::string_view> names;
  each_kind([&](auto const& kind) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_TRUE(kind.about.ends_with('.')) << kind.name;
  });
  EXPECT_EQ(names, (std::set<std::string_view>{"error", "latency", "connection", "throttle"}));
}

TEST(Latency, HoldsForExactlyTheFixedDelay) {
  auto const all = holds(wait(12s), 10);
  EXPECT_EQ(all.front(), 12s);
  EXPECT_EQ(all.back(), 12s);
}

TEST(Latency, SpreadsUniformlyBetweenItsBounds) {
  auto const all = holds(latency{.kind = latency::form::uniform, .least = 2s, .most = 6s});
  EXPECT_GE(all.front(), 2s);
  EXPECT_LT(all.back(), 6s);
  EXPECT_NEAR(seconds(all[all.size() / 4]), 3.0, 0.05);
  EXPECT_NEAR(seconds(all[all.size() / 2]), 4.0, 0.05);
}

TEST(Latency, MeetsTheTwoPercentilesOfItsLogNormal) {
  auto const all = holds(latency{.kind = latency::form::lognormal, .p50 = 1200ms, .p99 = 4s});
  EXPECT_NEAR(seconds(all[all.size() / 2]), 1.2, 0.02);
  EXPECT_NEAR(seconds(all[all.size() * 99 / 100]), 4.0, 0.15);
}

TEST(Latency, NeverHoldsLongerThanTheLongestHold) {
  auto const all = holds(latency{.kind = latency::form::lognormal, .p50 = 9min, .p99 = 10min});
  EXPECT_LE(all.back(), longest_hold);
}

TEST(Latency, SendsTheRequestOn) {
  path p;
  EXPECT_TRUE(forwards(p.decide({}, {.faults = {armed(1, wait(1s))}})));
}

TEST(Error, AnswersAfterAFixedTimeWhenThereIsNoSpread) {
  auto const all = holds(error{.answers = {"a"}, .shares = {}, .after = 1200ms}, 100);
  EXPECT_EQ(all.front(), 1200ms);
  EXPECT_EQ(all.back(), 1200ms);
}

TEST(Error, AnswersAfterALogNormalTime) {
  auto const all = holds(error{.answers = {"a"}, .shares = {}, .after = 1200ms, .after_p99 = 4s});
  EXPECT_NEAR(seconds(all[all.size() / 2]), 1.2, 0.02);
  EXPECT_NEAR(seconds(all[all.size() * 99 / 100]), 4.0, 0.15);
}

TEST(Error, NeverGivesAnAnswerWithoutAShare) {
  path p;
  armed_set const set{.faults = {armed(1, answers({"never", "always", "not_either"}, {{0}, {100}, {0}}))}};
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(code_of(p.decide({}, set)), "always");
}

TEST(Connection, EndsAsItWasTold) {
  path p;
  auto const end = [&](connection::way mode) { return p.decide({}, {.faults = {armed(1, connection{mode})}}).end; };
  EXPECT_TRUE(std::holds_alternative<plan::refuse>(end(connection::way::refuse)));
  EXPECT_TRUE(std::holds_alternative<plan::reset>(end(connection::way::reset)));
}

}  // namespace
}  // namespace vendaval::faults
