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
  EXPECT_EQ(names.size(), std::variant_size_v<fault>);
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
  EXPECT_TRUE(std::holds_alternative<plan::bare_close>(end(connection::way::bare_close)));
  EXPECT_TRUE(std::holds_alternative<plan::vanish>(end(connection::way::vanish)));
}

TEST(Connection, LetsTheAnswerThroughFirstWhenItActsAfterIt) {
  path p;
  auto const plan =
      p.decide({}, {.faults = {armed(1, connection{connection::way::reset, connection::moment::after_answer})}});
  EXPECT_TRUE(forwards(plan));
  EXPECT_TRUE(plan.bytes.close_after);
  EXPECT_EQ(plan.bytes.close_how, delivery::goodbye::reset);
}

TEST(Latency, MeetsMeanAndDeviationOfItsNormal) {
  auto const all = holds(latency{.kind = latency::form::normal, .mean = 2s, .deviation = 500ms});
  EXPECT_NEAR(seconds(all[all.size() / 2]), 2.0, 0.02);
  EXPECT_NEAR(seconds(all[all.size() * 84 / 100]), 2.5, 0.03);  // one deviation above the mean
}

TEST(Latency, HasTheTailOfItsPareto) {
  auto const all = holds(latency{.kind = latency::form::pareto, .least = 100ms, .alpha = 2});
  EXPECT_GE(all.front(), 100ms);
  EXPECT_NEAR(seconds(all[all.size() / 2]), 0.1414, 0.003);     // 100 ms × √2
  EXPECT_NEAR(seconds(all[all.size() * 99 / 100]), 1.0, 0.08);  // 100 ms × √100
}

TEST(Latency, DrawsFromItsHistogramByShare) {
  auto const all = holds(latency{.kind = latency::form::histogram, .values = {"10ms", "1s"}, .shares = {{90}, {10}}});
  EXPECT_EQ(std::ranges::count(all, 10ms) + std::ranges::count(all, 1s), static_cast<std::ptrdiff_t>(all.size()));
  EXPECT_NEAR(static_cast<double>(std::ranges::count(all, 1s)), 5000, 270);
}

TEST(Hang, HoldsUntilItIsLifted) {
  path p;
  auto const plan = p.decide({}, {.faults = {armed(1, hang{}), armed(2, wait(2s))}});
  EXPECT_EQ(plan.hold, until_lifted);
  EXPECT_TRUE(forwards(plan));
}

TEST(Answer, ServesThePagesThatOnlyLookLikeSuccess) {
  path p;
  auto const page = [&](answer::pages which) {
    return std::get<plan::answer>(p.decide({}, {.faults = {armed(1, answer{.page = which})}}).end);
  };
  EXPECT_EQ(page(answer::pages::maintenance).status, 200u);
  EXPECT_NE(page(answer::pages::maintenance).body.find("Manutenção programada"), std::string::npos);
  EXPECT_EQ(page(answer::pages::empty).body, "");
  EXPECT_TRUE(page(answer::pages::broken_json).body.starts_with('{'));
  EXPECT_FALSE(page(answer::pages::broken_json).body.ends_with('}'));
  EXPECT_EQ(page(answer::pages::wrong_type).content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(page(answer::pages::wrong_type).body.ends_with('}'));
}

TEST(Answer, SaysWhatItWasTold) {
  path p;
  auto const plan = p.decide(
      {}, {.faults = {armed(
               1, answer{.status = 418, .content_type = "text/plain", .body = "chá", .headers = {"X-Tea:  green "}})}});
  auto const& said = std::get<plan::answer>(plan.end);
  EXPECT_EQ(said.status, 418u);
  EXPECT_EQ(said.body, "chá");
  ASSERT_EQ(said.headers.size(), 1u);
  EXPECT_EQ(said.headers[0].name, "X-Tea");
  EXPECT_EQ(said.headers[0].value, "green");
}

TEST(Truncate, TakesTheEarliestCut) {
  path p;
  auto const plan = p.decide({}, {.faults = {armed(1, truncate{.after = {500}}),
                                             armed(2, truncate{.after = {100}, .then = truncate::ending::reset}),
                                             armed(3, truncate{.after = {300}})}});
  ASSERT_TRUE(plan.bytes.cut);
  EXPECT_EQ(plan.bytes.cut->after, 100u);
  EXPECT_EQ(plan.bytes.cut->how, delivery::goodbye::reset);
  EXPECT_EQ(plan.fired, (std::vector<std::uint64_t>{1, 2}));
}

TEST(Bandwidth, TakesTheLowestRate) {
  path p;
  auto const plan =
      p.decide({}, {.faults = {armed(1, bandwidth{{9000}}), armed(2, bandwidth{{3000}}), armed(3, bandwidth{{6000}})}});
  EXPECT_EQ(plan.bytes.bytes_per_second, 3000u);
}

TEST(Lifetime, TakesTheShortest) {
  path p;
  auto const plan = p.decide({}, {.faults = {armed(1, lifetime{90s}), armed(2, lifetime{30s})}});
  EXPECT_EQ(plan.lifetime, 30s);
}

TEST(Catalogue, DoesNothingAtProbabilityZeroWhateverTheKind) {  // style of every kind: with chance 0, exactly no plan
  each_kind([](auto const& kind) {
    path p;
    armed_set const set{.faults = {armed(1, kind, sometimes(0))}, .seed = 1};
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(p.decide({}, set).untouched()) << kind.name;
  });
}

TEST(Catalogue, LeavesATraceOfEveryEffect) {
  each_kind([](auto kind) {
    if (!about_requests(kind)) return;  // decide_handshake_test.cpp
    if constexpr (requires {
                    kind.answers;
                    kind.shares;
                  })
      kind.answers = {"institution_down"};
    if constexpr (requires { kind.change; }) kind.at = "/a";
    if constexpr (requires { kind.calls; }) kind.calls = 0;
    if constexpr (requires { kind.requests; }) kind.requests = 1;
    path p;
    armed_set const set{.faults = {armed(7, kind)}, .seed = 1};
    request const r{.lists_banks = in_lists(kind), .credential = 99};
    p.decide(r, set);  // a throttle lets one through
    auto const plan = p.decide(r, set);
    EXPECT_FALSE(plan.in_doubt) << kind.name;
    if (in_lists(kind))
      EXPECT_EQ(plan.relisted.at(0).fault, 7u) << kind.name;
    else
      EXPECT_EQ(plan.fired, std::vector<std::uint64_t>{7}) << kind.name;
  });
}

}  // namespace
}  // namespace vendaval::faults
