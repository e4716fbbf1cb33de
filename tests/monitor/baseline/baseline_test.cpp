#include "monitor/baseline/baseline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/dice.hpp"
#include "monitor/baseline/backtest.hpp"

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;

/// Monday, 5 January 2026, midnight in Brasília.
constexpr wall_time monday = wall_time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)) + std::chrono::hours(3);

/// Hours of a bank that is slow at noon on Mondays, and noisy as banks are.
std::vector<sample> weeks(int n, std::uint64_t seed = 1) {
  dice coin(seed);
  std::vector<sample> all;
  for (int h = 0; h < n * 7 * 24; ++h) {
    bool const busy = h % (7 * 24) == 12;
    sample x;
    x.at = monday + std::chrono::hours(h);
    x.calls = 400;
    for (int i = 0; i < 400; ++i) x.bad += coin.chance(0.005);
    auto const ms = (busy ? 2000.0 : 400.0) * std::exp(0.08 * coin.normal());
    x.p95 = std::chrono::duration_cast<duration>(std::chrono::duration<double, std::milli>(ms));
    all.push_back(x);
  }
  return all;
}

TEST(Baseline, KnowsTheHourOfTheWeek) {
  auto const history = weeks(7);
  auto const noon = learn(history, monday + std::chrono::days(49) + std::chrono::hours(12), {});
  EXPECT_EQ(noon.from, pool::hour_of_week);
  EXPECT_EQ(noon.stretches, 18u);  // six Mondays, an hour to either side
  auto const night = learn(history, monday + std::chrono::days(51) + std::chrono::hours(3), {});
  EXPECT_NEAR(std::chrono::duration<double>(*night.median).count(), 0.4, 0.03);
  EXPECT_LT(night.latency_limit, 900ms);
  EXPECT_LT(night.latency_clear, night.latency_limit);
  EXPECT_NEAR(night.usual_errors, 0.005, 0.003);
}

TEST(Baseline, TheMedianIsNotMovedByAFewBadHours) {
  auto history = weeks(7);
  auto const at = monday + std::chrono::days(51) + std::chrono::hours(3);
  auto const before = learn(history, at, {});
  for (auto& x : history)
    if (x.at == at - std::chrono::days(7)) x.p95 = 60s;
  EXPECT_LT(learn(history, at, {}).latency_limit, before.latency_limit * 2);
}

TEST(Baseline, LearnsFromNoIncidentMaintenanceOrDrillAndNotFromTheFuture) {
  auto history = weeks(7);
  auto const at = monday + std::chrono::days(44) + std::chrono::hours(3);
  auto const clean = learn(history, at, {});
  for (auto& x : history)
    if (x.at > at) x.bad = x.calls;
  auto const why = std::array{exclusion::incident, exclusion::maintenance, exclusion::drill, exclusion::probe};
  for (std::size_t i = 0; i < 200; ++i) {
    auto bad = history[i];
    bad.bad = bad.calls;
    bad.p95 = 90s;
    bad.excluded = why[i % 4];
    history.push_back(bad);
  }
  auto const b = learn(history, at, {});
  EXPECT_EQ(b.latency_limit, clean.latency_limit);
  EXPECT_EQ(b.usual_errors, clean.usual_errors);
  EXPECT_EQ(b.left_out[static_cast<std::size_t>(exclusion::drill)], 50u);
}

TEST(Baseline, ANewBankHasOnlyTheStaticLimits) {
  auto const history = weeks(1);
  auto const b = learn(history, monday + std::chrono::days(2), {});
  EXPECT_EQ(b.from, pool::learning);
  EXPECT_EQ(b.latency_limit, 5s);
  EXPECT_FALSE(judge(b, {.at = b.at, .calls = 100, .bad = 100, .p95 = 60s}, {}).slow);
  EXPECT_THAT(explain("Itaú", b, std::nullopt), HasSubstr("ainda aprendendo (2 de 3 dias limpos)"));
  EXPECT_EQ(learn(history, monday + std::chrono::days(5), {}).from, pool::hour_of_day);
}

TEST(Baseline, IsNeverLooserThanTheWrittenRules) {
  auto history = weeks(7);
  for (auto& x : history) {
    x.p95 = *x.p95 * 20;
    x.bad = x.calls / 3;
  }
  auto const at = monday + std::chrono::days(45);
  auto const b = learn(history, at, {});
  EXPECT_EQ(b.latency_limit, 5s);
  EXPECT_TRUE(b.bounded);
  EXPECT_EQ(b.error_limit, 0.10);
  baseline_settings relaxed;
  relaxed.relaxed = relaxation{"ana", "banco lento até a migração", at + std::chrono::days(1), 9s};
  auto const loose = learn(history, at, relaxed);
  EXPECT_EQ(loose.latency_limit, 9s);
  EXPECT_EQ(loose.approved_by, "ana");
  EXPECT_EQ(learn(history, at + std::chrono::days(2), relaxed).latency_limit, 5s) << "it ends by itself";
}

TEST(Baseline, AHolidayIsLikeASunday) {
  auto history = weeks(7);
  for (auto& x : history)  // Sundays are slow
    if (std::chrono::weekday(std::chrono::floor<std::chrono::days>(x.at - std::chrono::hours(3))) ==
        std::chrono::Sunday)
      x.p95 = *x.p95 * 4;
  auto const at = monday + std::chrono::days(44) + std::chrono::hours(9);
  baseline_settings s;
  auto const workday = learn(history, at, s);
  s.holidays = {std::chrono::floor<std::chrono::days>(at)};
  EXPECT_GT(*learn(history, at, s).median, *workday.median * 3);
}

TEST(Baseline, EightCallsAndEightThousandAreJudgedAlike) {
  auto const b = learn(weeks(7), monday + std::chrono::days(44), {});
  auto const failing = [&](std::uint64_t n, std::uint64_t bad) {
    return judge(b, {.at = b.at, .calls = n, .bad = bad, .p95 = 400ms}, {}).failing;
  };
  EXPECT_FALSE(failing(300, 9));  // 25 in five minutes, of which one failed
  EXPECT_TRUE(failing(300, 90));
  EXPECT_FALSE(failing(8000, 180));  // 2.25 %: within the margin
  EXPECT_TRUE(failing(8000, 480));
  EXPECT_FALSE(failing(8000, 0));
}

TEST(Baseline, AnHourTooFewOfWhoseCallsFallIntoARulesWindowIsNotJudged) {
  auto const b = learn(weeks(7), monday + std::chrono::days(44), {});
  auto const night = judge(b, {.at = b.at, .calls = 60, .bad = 60, .p95 = 60s}, {});  // five in five minutes
  EXPECT_FALSE(night.slow || night.failing);
  auto const day = judge(b, {.at = b.at, .calls = 240, .bad = 240, .p95 = 60s}, {});
  EXPECT_TRUE(day.slow && day.failing);
  baseline_settings patient;
  patient.slow = patient.failing = {15min, 15};
  auto const longer = judge(b, {.at = b.at, .calls = 60, .bad = 60, .p95 = 60s}, patient);
  EXPECT_TRUE(longer.slow && longer.failing);
}

TEST(Baseline, SlowCallsThatMayBeAnAccidentDoNotMakeABankSlow) {
  auto const b = learn(weeks(7), monday + std::chrono::days(44), {});
  auto const slow = [&](std::uint64_t of_300) {
    sample x{.at = b.at, .calls = 300, .p95 = {}};
    x.latencies.add(400ms, 300 - of_300);
    x.latencies.add(4s, of_300);
    x.p95 = x.latencies.quantile(0.95);
    EXPECT_GT(*x.p95, b.latency_limit);
    return judge(b, x, {}).slow;
  };
  EXPECT_FALSE(slow(24));  // two of the 25 in five minutes: by accident once in three times
  EXPECT_TRUE(slow(150));
}

TEST(Baseline, ExplainsItselfInOneSentence) {
  auto const b = learn(weeks(7), monday + std::chrono::days(44) + std::chrono::hours(14), {});
  auto const said = explain("Itaú", b, sample{.at = b.at, .calls = 60, .bad = 3, .p95 = 2100ms});
  for (auto const* part : {"Itaú, quarta 14h", "p95 de 2.1", "p95 usual", "limite", "3 de 60", "hour_of_week"})
    EXPECT_THAT(said, HasSubstr(part));
}

/// A property, seeded: a healthy bank breaches next to never; what four standard deviations promise, and no more.
TEST(Baseline, HealthyHoursBreachNextToNever) {
  int breaches = 0, hours = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    auto const history = weeks(6, seed);
    for (std::size_t i = 4 * 168; i < history.size(); i += 3, ++hours) {
      if ((i % 168) >= 11 && (i % 168) <= 13) continue;  // the edge of the busy hour
      auto const j = judge(learn(std::span(history).first(i), history[i].at, {}), history[i], {});
      breaches += j.slow || j.failing;
    }
  }
  EXPECT_GT(hours, 300);
  EXPECT_LE(breaches, 1);
}

TEST(Backtest, FindsASlowBankThatTheStaticRuleNeverSees) {
  auto history = weeks(6);
  for (std::size_t i = 5 * 168 + 50; i < 5 * 168 + 56; ++i) {
    history[i].excluded = exclusion::incident;
    history[i].p95 = 3s;
  }
  auto const r = backtest(history, {});
  EXPECT_EQ(r.incidents, 1u);
  EXPECT_EQ(r.found, 1u);
  EXPECT_EQ(r.found_static, 0u);
  EXPECT_EQ(r.fixed.alerts, 0u);
  EXPECT_FALSE(r.earlier);
}

TEST(Backtest, RaisesNothingAtNightThatTheLiveRuleWouldNot) {
  auto history = weeks(6);
  auto const before = backtest(history, {}).dynamic.alerts;  // the busy hours of Mondays
  for (std::size_t i = 5 * 168; i < history.size(); i += 24) {
    auto& x = history[i + 3];
    x.calls = 30;
    x.bad = 4;
    x.p95 = 8s;
  }
  auto const r = backtest(history, {});
  EXPECT_EQ(r.dynamic.alerts, before);
  EXPECT_EQ(r.fixed.alerts, 0u);
}

TEST(Backtest, ASpellIsOneAlertUntilGoodCallsProveThatItIsOver) {
  auto history = weeks(6);
  auto const before = backtest(history, {}).dynamic.alerts;
  auto const at = static_cast<std::size_t>(5 * 168 + 50);
  for (auto const i : {at, at + 2, at + 5}) history[i].p95 = 3s;
  history[at + 1].calls = history[at + 1].bad = 0;  // nobody calls: that proves nothing
  history[at + 1].p95.reset();
  EXPECT_EQ(backtest(history, {}).dynamic.alerts, before + 2);
}

TEST(Backtest, SaysWhatItDoesAsTheRulesDoAndWhatItCannot) {
  auto history = weeks(1);
  auto const said = fidelity(backtest(history, {}));
  for (auto const* part :
       {"p95 over 5m with at least 20 calls", "once in 1000 times", "kept by 1h", "may be an accident"})
    EXPECT_THAT(said, HasSubstr(part));
  for (auto& x : history) x.latencies.add(*x.p95, x.calls);
  EXPECT_THAT(fidelity(backtest(history, {})), testing::Not(HasSubstr("may be an accident")));
}

TEST(Backtest, ReadsItsLinesAndSaysWhichAreWrong) {
  std::vector<std::string> wrong;
  auto const all = read_samples(
      "at,calls,bad,p95_ms,excluded\n2026-01-19T17:00:00Z,120,1,420,none\n2026-01-19T18:00:00Z,0,0,,drill\nx,1,0,1,"
      "none\n"
      "2026-01-19T17:00:00Z,1,2,1,none\n2026-01-19T17:00:00Z,1,1,1,holiday\n",
      "h.csv", wrong);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].p95, 420ms);
  EXPECT_EQ(all[1].excluded, exclusion::drill);
  ASSERT_EQ(wrong.size(), 3u);
  EXPECT_THAT(wrong[0], HasSubstr("h.csv:4:1"));
}

}  // namespace
}  // namespace vendaval::monitor
