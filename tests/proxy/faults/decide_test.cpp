#include "proxy/faults/decide.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;

TEST(Decide, LeavesARequestAloneWhenNothingIsArmed) {
  path p;
  EXPECT_TRUE(same(p.decide({}, {}), plan{}));
}

TEST(Decide, AnswersInTheShapeOfTheApi) {
  path p;
  auto const plan = p.decide({}, {.faults = {armed(7, down())}});
  EXPECT_EQ(code_of(plan), "institution_down");
  EXPECT_EQ(plan.fired, std::vector<std::uint64_t>{7});
  EXPECT_FALSE(plan.untouched());
}

TEST(Decide, GivesEveryErrorAnswerARequestIdOfItsOwn) {
  path p;
  armed_set const set{.faults = {armed(1, down())}};
  auto const first = std::get<plan::answer>(p.decide({}, set).end).body;
  auto const second = std::get<plan::answer>(p.decide({}, set).end).body;
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(first, second);
}

TEST(Decide, LeavesARequestAloneOnceTheLeaseHasExpired) {  // S1
  path p;
  armed_set const set{.faults = {armed(1, down())}};
  EXPECT_FALSE(p.decide({}, set, start + 1h - 1ns).untouched());
  EXPECT_TRUE(p.decide({}, set, start + 1h).untouched());
  EXPECT_TRUE(p.decide({}, set, start + 24h).untouched());
}

TEST(Decide, LeavesARequestAloneBeforeTheFaultWasArmed) {
  path p;
  EXPECT_TRUE(p.decide({}, {.faults = {armed(1, down())}}, start - 1ns).untouched());
}

TEST(Decide, FollowsTheWaveFromTheMomentOfArming) {
  path p;
  auto gust = armed(1, down());
  gust.wave = square_wave{15s, 5s};
  armed_set const set{.faults = {gust}};
  EXPECT_FALSE(p.decide({}, set, start).untouched());
  EXPECT_FALSE(p.decide({}, set, start + 15s - 1ns).untouched());
  EXPECT_TRUE(p.decide({}, set, start + 15s).untouched());
  EXPECT_TRUE(p.decide({}, set, start + 20s - 1ns).untouched());
  EXPECT_FALSE(p.decide({}, set, start + 20s).untouched());
  EXPECT_FALSE(p.decide({}, set, start + 10min).untouched());
}

TEST(Decide, TouchesOnlyTheOperationsItNames) {
  path p;
  armed_set const some{.faults = {armed(1, down(), {{"itau"}, {operation::retrieve, operation::link}})}};
  EXPECT_FALSE(p.decide({.what = operation::retrieve}, some).untouched());
  EXPECT_FALSE(p.decide({.what = operation::link}, some).untouched());
  EXPECT_TRUE(p.decide({.what = operation::read}, some).untouched());
  EXPECT_TRUE(p.decide({.what = operation::token}, some).untouched());
  armed_set const all{.faults = {armed(1, down())}};
  for (auto const what : {operation::link, operation::retrieve, operation::read, operation::token, operation::meta})
    EXPECT_FALSE(p.decide({.what = what}, all).untouched()) << name_of(what);
}

struct reach {
  std::vector<std::string> scope, request;
  bool touched;
};
class DecideReach : public testing::TestWithParam<reach> {};
TEST_P(DecideReach, TouchesARequestOnlyWhenAllItsBanksAreNamed) {
  path p;
  armed_set const set{.faults = {armed(1, down(), {GetParam().scope, {}})}};
  EXPECT_EQ(!p.decide({.institutions = GetParam().request}, set).untouched(), GetParam().touched);
}
INSTANTIATE_TEST_SUITE_P(Rows, DecideReach,
                         testing::Values(reach{{"itau"}, {"itau"}, true}, reach{{"itau"}, {"bb"}, false},
                                         reach{{"itau"}, {}, false}, reach{{"itau"}, {"itau", "bb"}, false},
                                         reach{{"itau", "bb"}, {"itau", "bb"}, true},
                                         reach{{"itau", "bb"}, {"bb"}, true}, reach{{"itau"}, {"unknown"}, false},
                                         reach{{"itau"}, {"itau", "unknown"}, false},
                                         reach{{"unknown"}, {"unknown"}, false}, reach{{"global"}, {"global"}, false},
                                         reach{{"itau"}, {"itaub"}, false}, reach{{}, {"itau"}, false}));

TEST(Decide, LeavesOutOfAListOnlyTheBanksThatAFaultWouldHaveEnded) {
  path p;
  request list{.institutions = {"itau", "bb"}, .what = operation::read, .parts = true};
  auto const left_out = [&](std::vector<armed_fault> faults) {
    auto const made = p.decide(list, {.faults = std::move(faults)});
    EXPECT_TRUE(forwards(made) && made.fired.empty() && made.hold == 0ns);
    std::vector<std::string> all;
    for (auto const& one : made.leave_out) all.push_back(one.institution + "/" + std::to_string(one.fault));
    return all;
  };
  using names = std::vector<std::string>;
  EXPECT_EQ(left_out({armed(7, wait(1s)), armed(8, down())}), names{"itau/8"});
  EXPECT_EQ(left_out({armed(8, down()), armed(9, wait(1s))}), names{"itau/8"});
  EXPECT_EQ(left_out({armed(7, wait(1s))}), names{});
  EXPECT_EQ(left_out({armed(8, down(), sometimes(0))}), names{});
  EXPECT_EQ(left_out({armed(8, down(), {.institutions = {"itau"}, .operations = {operation::link}})}), names{});
  EXPECT_EQ(left_out({armed(8, down()), armed(9, down(), {.institutions = {"bb"}, .operations = {}})}),
            (names{"itau/8", "bb/9"}));
  list.parts = false;
  EXPECT_EQ(left_out({armed(8, down())}), names{});
}

TEST(Decide, NeverExceedsItsScopeOverRandomRequests) {
  std::vector<std::string> const banks{"bb", "itau", "caixa", "inter", "unknown", "global"};
  std::vector<operation> const all{operation::link, operation::retrieve, operation::read, operation::token,
                                   operation::meta};
  path p;
  dice d(42);
  std::size_t touched = 0;
  for (int i = 0; i < 20'000; ++i) {
    scope where{.institutions = {}, .operations = {}};
    for (std::size_t b = 0; b < 4; ++b)
      if (d.chance(0.5)) where.institutions.push_back(banks[b]);
    for (auto const what : all)
      if (d.chance(0.4)) where.operations.push_back(what);
    request r{.institutions = {}, .what = all[d.below(5)]};
    for (auto n = d.below(3); n > 0; --n) r.institutions.push_back(banks[d.below(banks.size())]);
    auto const plan = p.decide(r, {.faults = {armed(1, down(), where)}});
    auto const named = [&](std::string const& bank) { return std::ranges::count(where.institutions, bank) > 0; };
    bool const banks_in = !r.institutions.empty() && std::ranges::all_of(r.institutions, named);
    bool const operation_in = where.operations.empty() || std::ranges::count(where.operations, r.what) > 0;
    ASSERT_EQ(!plan.untouched(), banks_in && operation_in) << i;
    touched += !plan.untouched();
  }
  EXPECT_GT(touched, 1000u);  // the property was tried on both sides
}

TEST(Decide, AddsHoldsUpAndEndsWithTheFirstThatEnds) {
  path p;
  armed_set const set{.faults = {armed(1, wait(2s)), armed(2, down()), armed(3, connection{}), armed(4, wait(3s))}};
  auto const plan = p.decide({}, set);
  EXPECT_EQ(plan.hold, 5s);
  EXPECT_EQ(code_of(plan), "institution_down");
  EXPECT_EQ(plan.fired, (std::vector<std::uint64_t>{1, 2, 4}));
}

TEST(Decide, TakesFaultsInTheOrderOfTheirIdsHoweverTheyAreListed) {
  std::vector<armed_fault> faults{armed(1, wait(1s), sometimes(50)), armed(2, answers({"a", "b"}), sometimes(30)),
                                  armed(3, latency{.kind = latency::form::lognormal, .p50 = 1s, .p99 = 4s}),
                                  armed(4, connection{}, sometimes(40))};
  armed_set const straight{.faults = faults, .seed = 9};
  std::ranges::reverse(faults);
  armed_set const reversed{.faults = faults, .seed = 9};
  path a, b;
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(same(a.decide({}, straight), b.decide({}, reversed))) << i;
}

TEST(Decide, RepeatsItselfForTheSameSeedAndTraffic) {  // S21
  auto const play = [](std::uint64_t seed) {
    path p;
    armed_set const set{.faults = {armed(1, answers({"a", "b"}), sometimes(40)),
                                   armed(2, latency{.kind = latency::form::uniform, .most = 9s}, sometimes(60))},
                        .seed = seed};
    std::vector<plan> plans;
    for (std::uint64_t i = 0; i < 10'000; ++i) plans.push_back(p.decide({.client = i % 7}, set));
    return plans;
  };
  auto const first = play(5), again = play(5), other = play(6);
  EXPECT_TRUE(std::ranges::equal(first, again, same));
  EXPECT_FALSE(std::ranges::equal(first, other, same));
}

TEST(Decide, RollsForEachClientWhateverTheOthersDo) {
  armed_set const set{.faults = {armed(1, down(), sometimes(50))}, .seed = 3};
  path alone, crowd;
  for (int i = 0; i < 500; ++i) {
    auto const quiet = alone.decide({.client = 1}, set);
    for (std::uint64_t other = 2; other < 6; ++other) crowd.decide({.client = other}, set);
    ASSERT_TRUE(same(quiet, crowd.decide({.client = 1}, set))) << i;
  }
}

TEST(Decide, WithProbabilityZeroGivesExactlyThePlanWithoutFaultForEveryKind) {
  std::vector<fault> const kinds{down(), wait(1s), connection{}, throttle{.requests = 1, .per = 1h}};
  for (auto const& kind : kinds) {
    path p;
    armed_set const set{.faults = {armed(1, kind, sometimes(0))}, .seed = 1};
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(same(p.decide({}, set), plan{})) << kind_of(kind);
  }
}

TEST(Decide, MeetsItsProbabilityAndSharesOverManyRolls) {
  path p;
  constexpr int rolls = 100'000;
  armed_set const set{.faults = {armed(1, answers({"a", "b", "c"}, {{70}, {20}, {10}}), sometimes(30))}, .seed = 2026};
  std::map<std::string, double> seen;
  for (int i = 0; i < rolls; ++i) seen[code_of(p.decide({}, set))] += 1;
  auto const expect_near = [&](std::string const& code, double probability) {
    double const sigma = std::sqrt(rolls * probability * (1 - probability));
    EXPECT_NEAR(seen[code], rolls * probability, 4 * sigma) << code;
  };
  expect_near("", 0.70);
  expect_near("a", 0.30 * 0.70);
  expect_near("b", 0.30 * 0.20);
  expect_near("c", 0.30 * 0.10);
}

TEST(Decide, RollsFaultsIndependentlyOfEachOther) {
  path p;
  armed_set const set{.faults = {armed(1, wait(1s), sometimes(50)), armed(2, wait(2s), sometimes(50))}, .seed = 8};
  std::map<duration, int> seen;
  for (int i = 0; i < 40'000; ++i) ++seen[p.decide({}, set).hold];
  for (auto const hold : {0s, 1s, 2s, 3s}) EXPECT_NEAR(seen[hold], 10'000, 400) << hold.count();
}

TEST(Decide, CountsOrdinalsOnlyWhenThereIsSomethingToRoll) {
  armed_set const fixed{.faults = {armed(1, wait(1s))}}, rolled{.faults = {armed(2, down())}};
  path a, b;
  for (int i = 0; i < 5; ++i) a.decide({}, fixed);
  EXPECT_TRUE(same(a.decide({}, rolled), b.decide({}, rolled)));
}

TEST(Decide, StartsCountingAgainAfterAReset) {
  armed_set const set{.faults = {armed(1, down())}};
  path p;
  auto const first = p.decide({}, set);
  EXPECT_FALSE(same(first, p.decide({}, set)));
  p.counts.reset();
  EXPECT_TRUE(same(first, p.decide({}, set)));
}

TEST(Decide, PassesThroughWhenTheDialectHasNoSuchError) {  // S24
  path p;
  armed_set const set{.faults = {armed(1, wait(2s)), armed(2, answers({"no_such_error"}))}};
  auto const plan = p.decide({}, set);
  EXPECT_TRUE(plan.in_doubt);
  EXPECT_TRUE(plan.untouched());
  EXPECT_TRUE(forwards(plan));
  EXPECT_EQ(plan.hold, 0s);
}

TEST(Decide, PassesThroughWhenFaultCodeThrows) {  // S24
  struct broken final : error_shapes {
    std::optional<plan::answer> error(std::string_view, std::string_view) const override { throw 42; }
  };
  ordinals counts;
  request const r;
  auto const plan = decide(r.facts(), {.faults = {armed(1, down())}}, counts, broken{}, start);
  EXPECT_TRUE(plan.in_doubt);
  EXPECT_TRUE(plan.untouched());
}

TEST(Decide, PassesThroughWhenAnErrorFaultHasNoAnswers) {  // S24
  path p;
  auto const plan = p.decide({}, {.faults = {armed(1, error{})}});
  EXPECT_TRUE(plan.in_doubt);
  EXPECT_TRUE(forwards(plan));
}

}  // namespace
}  // namespace vendaval::faults
