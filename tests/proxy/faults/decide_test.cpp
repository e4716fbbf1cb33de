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

TEST(Decide, S1_LeavesARequestAloneOnceTheLeaseHasExpired) {
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
  gust.over_time = square_wave{15s, 5s};
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

TEST(Decide, ChangesWhatAListOfBanksSaysOfTheBanksThatTheFaultNamesAndNothingElse) {
  path p;
  request list{.institutions = {}, .what = operation::meta, .lists_banks = true};
  auto const shown = [&](std::vector<armed_fault> faults, time_point now = start) {
    auto const made = p.decide(list, {.faults = std::move(faults)}, now);
    EXPECT_TRUE(forwards(made) && made.fired.empty() && made.hold == 0ns);
    std::vector<std::string> all;
    for (auto const& one : made.relisted)
      all.push_back(one.institution + "=" + one.status + "/" + std::to_string(one.fault));
    return all;
  };
  using names = std::vector<std::string>;
  EXPECT_EQ(shown({armed(8, listed{})}), names{"itau=down/8"});
  EXPECT_EQ(shown({armed(8, down()), armed(9, listed{.as = "odd"})}), names{"itau=odd/9"});
  EXPECT_EQ(shown({armed(8, listed{}, {.institutions = {"bb", "inter"}, .operations = {}})}),
            (names{"bb=down/8", "inter=down/8"}));
  EXPECT_EQ(shown({armed(8, listed{}, {.institutions = {"itau"}, .operations = {operation::read}})}), names{});
  EXPECT_EQ(shown({armed(8, listed{}, sometimes(0))}), names{});
  EXPECT_EQ(shown({armed(8, listed{})}, start + 1h), names{});
  EXPECT_EQ(shown({armed(8, wait(1s))}), names{});
  list.institutions = {"itau"};  // one entry
  EXPECT_EQ(shown({armed(8, listed{})}), names{"itau=down/8"});
  list.lists_banks = false;
  EXPECT_EQ(shown({armed(8, listed{})}), names{});
}

TEST(Decide, S17_NeverExceedsItsScopeOverRandomRequests) {
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

TEST(Decide, S20_TakesFaultsInTheOrderOfTheirIdsHoweverTheyAreListed) {
  std::vector<armed_fault> faults{armed(1, wait(1s), sometimes(50)), armed(2, answers({"a", "b"}), sometimes(30)),
                                  armed(3, latency{.kind = latency::form::lognormal, .p50 = 1s, .p99 = 4s}),
                                  armed(4, connection{}, sometimes(40))};
  armed_set const straight{.faults = faults, .seed = 9};
  std::ranges::reverse(faults);
  armed_set const reversed{.faults = faults, .seed = 9};
  path a, b;
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(same(a.decide({}, straight), b.decide({}, reversed))) << i;
}

TEST(Decide, S21_RepeatsItselfForTheSameSeedAndTraffic) {
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
  std::vector<fault> const kinds{down(), wait(1s), connection{}, throttle{.requests = 1, .within = 1h}};
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

struct choosy {
  std::string name;
  scope where;
  bool touched;
};
class DecideScope : public testing::TestWithParam<choosy> {};
TEST_P(DecideScope, TouchesOnlyWhatItsMatcherNames) {
  path p;
  request r;
  r.headers = {{"X-Drill", "1", "X-Drill: 1"}};
  EXPECT_EQ(!p.decide(r, {.faults = {armed(1, down(), GetParam().where)}}).untouched(), GetParam().touched)
      << GetParam().name;
}
scope choosing(auto change) {
  scope where{.institutions = {"itau"}, .operations = {}};
  change(where);
  return where;
}
INSTANTIATE_TEST_SUITE_P(
    Rows, DecideScope,
    testing::Values(
        choosy{"its method", choosing([](scope& w) { w.methods = {"PATCH", "POST"}; }), true},
        choosy{"another method", choosing([](scope& w) { w.methods = {"GET"}; }), false},
        choosy{"its path", choosing([](scope& w) { w.paths = {"/api/*/"}; }), true},
        choosy{"its path without the query", choosing([](scope& w) { w.paths = {"/api/accounts/"}; }), true},
        choosy{"another path", choosing([](scope& w) { w.paths = {"/api/links/*"}; }), false},
        choosy{"its client by name", choosing([](scope& w) { w.clients = {"belvo-js*"}; }), true},
        choosy{"its client by address", choosing([](scope& w) { w.clients = {"127.*"}; }), true},
        choosy{"another client", choosing([](scope& w) { w.clients = {"curl*", "10.*"}; }), false},
        choosy{"its header", choosing([](scope& w) { w.headers = {{"x-drill", "1"}}; }), true},
        choosy{"its header, whatever it says", choosing([](scope& w) { w.headers = {{"X-Drill", "*"}}; }), true},
        choosy{"another value", choosing([](scope& w) { w.headers = {{"X-Drill", "2"}}; }), false},
        choosy{"one header of two", choosing([](scope& w) { w.headers = {{"X-Drill", "1"}, {"X-Two", "*"}}; }),
               false}));

TEST(Scope, SaysEverythingThatNarrowsItButNoHeadersValue) {
  scope where{
      .institutions = {"itau"}, .operations = {operation::link}, .probability = {30}, .per = unit_of_chance::client};
  where.paths = {"/api/*"};
  where.headers = {{"X-Drill", "secret"}};
  where.per_second = 5;
  EXPECT_EQ(describe(where), "itau; link; 30% per client; paths /api/*; headers X-Drill; at most 5 a second");
}

TEST(Decide, RollsOncePerConnectionClientOrLinkWhenToldTo) {
  auto const hits = [](unit_of_chance per, auto vary) {
    path p;
    auto where = sometimes(50);
    where.per = per;
    armed_set const set{.faults = {armed(1, wait(1s), where)}, .seed = 4};
    std::vector<bool> result;
    for (std::uint64_t i = 0; i < 200; ++i) {
      request r;
      vary(r, i);
      result.push_back(!p.decide(r, set).untouched());
    }
    return result;
  };
  auto const all_alike = [](std::vector<bool> const& v) { return std::ranges::count(v, v[0]) == 200; };
  auto const mixed = [](std::vector<bool> const& v) { return std::abs(std::ranges::count(v, true) - 100) < 35; };
  EXPECT_TRUE(mixed(hits(unit_of_chance::request, [](request&, std::uint64_t) {})));
  EXPECT_TRUE(all_alike(hits(unit_of_chance::connection, [](request&, std::uint64_t) {})));
  EXPECT_TRUE(mixed(hits(unit_of_chance::connection, [](request& r, std::uint64_t i) { r.connection = i; })));
  EXPECT_TRUE(all_alike(hits(unit_of_chance::client, [](request& r, std::uint64_t i) { r.connection = i; })));
  EXPECT_TRUE(mixed(hits(unit_of_chance::client, [](request& r, std::uint64_t i) { r.client = i; })));
  EXPECT_TRUE(all_alike(hits(unit_of_chance::link, [](request& r, std::uint64_t i) { r.client = i; })));
  EXPECT_TRUE(mixed(hits(unit_of_chance::link, [](request& r, std::uint64_t i) { r.link = i; })));
}

TEST(Decide, S8_NeverPassesTheCapOfItsScope) {
  path p;
  auto where = sometimes(100);
  where.per_second = 10;
  armed_set const set{.faults = {armed(1, down(), where)}};
  for (auto second = 0s; second < 5s; second += 1s) {
    int effects = 0;
    for (int i = 0; i < 100; ++i) effects += !p.decide({}, set, start + second + i * 10ms).untouched();
    EXPECT_LE(effects, second == 0s ? 20 : 10) << second.count();  // a full bucket, and what refills it
    EXPECT_GE(effects, 9);
  }
}

TEST(Decide, HoldsAndEndsTheAnswerWhenItActsAfterTheUpstream) {
  path p;
  auto late = armed(1, wait(2s)), lost = armed(2, connection{});
  late.when = lost.when = side_of_upstream::after_upstream;
  auto const plan = p.decide({}, {.faults = {late, lost, armed(3, wait(1s))}});
  EXPECT_EQ(plan.hold, 1s);
  EXPECT_TRUE(forwards(plan));
  EXPECT_EQ(plan.back.hold, 2s);
  EXPECT_TRUE(std::holds_alternative<plan::reset>(plan.back.end));
  EXPECT_EQ(plan.fired, (std::vector<std::uint64_t>{3, 1, 2}));
}

TEST(Decide, PassesOverTheWayBackOfARequestThatNeverGoesThere) {
  path p;
  auto lost = armed(1, connection{});
  lost.when = side_of_upstream::after_upstream;
  auto const plan = p.decide({}, {.faults = {lost, armed(2, down())}});
  EXPECT_EQ(code_of(plan), "institution_down");
  EXPECT_EQ(plan.fired, std::vector<std::uint64_t>{2});
}

TEST(Decide, TouchesTheFirstRequestsOfEachClientAndThenNoMore) {
  path p;
  auto fault = armed(1, down());
  fault.over_time = first{3};
  for (std::uint64_t client = 1; client < 4; ++client)
    for (int i = 0; i < 10; ++i) EXPECT_EQ(p.decide({.client = client}, {.faults = {fault}}).untouched(), i >= 3);
}

TEST(Decide, RampsItsProbabilityFromArmingOn) {
  auto fault = armed(1, down());
  fault.over_time = ramp{{0}, {100}, 10min};
  armed_set const set{.faults = {fault}, .seed = 7};
  for (auto const [after, expected] : {std::pair{0min, 0.0}, {3min, 0.3}, {5min, 0.5}, {10min, 1.0}, {30min, 1.0}}) {
    path p;
    double hits = 0;
    for (int i = 0; i < 2000; ++i) hits += !p.decide({}, set, start + after).untouched();
    EXPECT_NEAR(hits / 2000, expected, 0.045) << after.count();
  }
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

TEST(Decide, S24_PassesThroughWhenTheDialectHasNoSuchError) {
  path p;
  armed_set const set{.faults = {armed(1, wait(2s)), armed(2, answers({"no_such_error"}))}};
  auto const plan = p.decide({}, set);
  EXPECT_TRUE(plan.in_doubt);
  EXPECT_TRUE(plan.untouched());
  EXPECT_TRUE(forwards(plan));
  EXPECT_EQ(plan.hold, 0s);
}

TEST(Decide, S24_PassesThroughWhenFaultCodeThrows) {
  struct broken final : error_shapes {
    std::optional<plan::answer> error(std::string_view, std::string_view) const override { throw 42; }
  };
  ordinals counts;
  request const r;
  auto const plan = decide(r.facts(), {.faults = {armed(1, down())}}, counts, broken{}, start);
  EXPECT_TRUE(plan.in_doubt);
  EXPECT_TRUE(plan.untouched());
}

TEST(Decide, S9_AWallClockThatIsWrongOrJumpsMovesNoLease) {
  path p;
  auto const decided = [&](timeline calendar, time_point now) {
    return p.decide({}, {.faults = {armed(1, down())}, .calendar = calendar}, now);
  };
  for (auto const year : {1970, 2026, 2200}) {
    timeline const calendar{start, wall_time(std::chrono::sys_days(std::chrono::year(year) / 1 / 1))};
    EXPECT_FALSE(decided(calendar, start).untouched()) << year;
    EXPECT_FALSE(decided(calendar, start + 1h - 1ns).untouched()) << year;
    EXPECT_TRUE(decided(calendar, start + 1h).untouched()) << year;
  }
}

TEST(Decide, S24_PassesThroughWhenAnErrorFaultHasNoAnswers) {
  path p;
  auto const plan = p.decide({}, {.faults = {armed(1, error{})}});
  EXPECT_TRUE(plan.in_doubt);
  EXPECT_TRUE(forwards(plan));
}

}  // namespace
}  // namespace vendaval::faults
