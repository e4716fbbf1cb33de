#include "monitor/alerts/rule_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using test::ended_at;
using test::failing;

/// A bank called `per_second` times a second, and one rule looking at it every second.
struct scene {
  explicit scene(rule r) : watched(std::move(r), "itau") {}

  /// Every call of these seconds is like `each`.
  void play(int seconds, test::call const& each, int per_second = 1) {
    for (int s = 0; s != seconds; ++s) {
      for (int i = 0; i != per_second; ++i) calls.observe(ended_at(now + 500ms + i * 1ms, each));
      second();
    }
  }
  void silence(int seconds) {
    for (int s = 0; s != seconds; ++s) second();
  }
  void second() {
    now += 1s;
    if (auto c = watched.step(calls, now)) changes.push_back(*c);
  }
  alert_state state() const { return watched.view().state; }
  bool firing() const { return watched.view().firing; }
  int count(alert_change::kind k) const {
    return static_cast<int>(std::count_if(changes.begin(), changes.end(), [&](auto& c) { return c.what == k; }));
  }

  traffic calls;
  rule_state watched;
  time_point now{1h};
  std::vector<alert_change> changes;
};

rule success_low() { return default_rules()[0]; }
rule latency_high() { return default_rules()[1]; }
rule errors_high() { return default_rules()[2]; }
rule unavailable() { return default_rules()[3]; }
rule sustained(rule r) {
  r.mode = rule_mode::sustained;
  return r;
}

TEST(SuccessLow, FiresOnlyBelowNinetyFivePercentOfTheWindow) {
  scene s(success_low());
  s.play(300, {});
  EXPECT_EQ(s.state(), alert_state::ok);
  auto const fault = s.now;
  s.play(15, failing);  // 285 of 300 good: exactly 95 %
  EXPECT_FALSE(s.firing());
  EXPECT_EQ(s.state(), alert_state::pending);
  s.play(1, failing);
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.watched.view().first_bad, fault + 500ms);
  EXPECT_EQ(*s.watched.view().fired_at, fault + 16s);
}

TEST(SuccessLow, ClearsOnceTwoMinutesWereGoodAndDoesNotFireAgainOnOldTrouble) {
  scene s(success_low());
  s.play(300, {});
  s.play(60, failing);
  ASSERT_TRUE(s.firing());
  s.play(113, {});  // 7 of the last 120 failed: 94.2 %
  EXPECT_TRUE(s.firing());
  s.play(1, {});  // 6 of 120: 95 %
  EXPECT_FALSE(s.firing());
  s.play(600, {});
  EXPECT_EQ(s.count(alert_change::kind::fired), 1);
  EXPECT_EQ(s.count(alert_change::kind::cleared), 1);
  EXPECT_EQ(s.state(), alert_state::ok);
}

TEST(SuccessLow, SustainedWaitsUntilItHasBeenBadForAllOfFor) {
  scene s(sustained(success_low()));
  s.play(300, {});
  s.play(2, failing);  // 2 of the last tenth of 30
  EXPECT_EQ(s.state(), alert_state::pending);
  s.play(299, failing);
  EXPECT_FALSE(s.firing());
  s.play(1, failing);
  EXPECT_TRUE(s.firing());
}

TEST(SuccessLow, SustainedStartsAnewAfterAGoodTenth) {
  scene s(sustained(success_low()));
  s.play(300, {});
  s.play(200, failing);
  s.play(30, {});
  EXPECT_EQ(s.state(), alert_state::ok);
  s.play(290, failing);
  EXPECT_FALSE(s.firing());
}

TEST(SuccessLow, ABreakersSilenceDoesNotStopTheClock) {  // every ratio rule goes blind here
  scene s(sustained(success_low()));
  s.play(300, {});
  s.play(45, failing);
  s.silence(256);
  EXPECT_EQ(s.state(), alert_state::masked);
  EXPECT_FALSE(s.firing());
  s.silence(1);
  EXPECT_TRUE(s.firing());
}

/// The same rule in a new process that knows nothing of the traffic before.
scene after_restart(scene const& before, duration gap, continuity expected) {
  scene s(before.watched.watched());
  s.now = before.now + gap;
  EXPECT_EQ(s.watched.restore(before.watched.view(), gap, s.now), expected);
  return s;
}

/// An open circuit breaker: seconds of trouble, then nobody calls. The minutes before it prove nothing of what is now.
TEST(ErrorsHigh, WhatWasGoodBeforeItFiredDoesNotClearIt) {
  scene s(errors_high());
  s.play(600, {});
  s.play(25, failing);
  ASSERT_TRUE(s.firing());
  s.silence(1200);
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.state(), alert_state::masked);
}

/// The longest `for` there is: its first bad answer must still be known when the time has come.
TEST(Unavailable, AnOutageOfAQuarterOfAnHourFiresAlsoWhereEverySecondHasACall) {
  auto r = unavailable();
  r.lasts = 15min;
  scene s(r);
  s.play(60, {});
  auto const fault = s.now;
  s.play(899, failing);
  EXPECT_FALSE(s.firing());
  s.play(2, failing);
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.watched.view().first_bad, fault + 500ms);
}

TEST(Restart, AnOutageHalfwayToItsAlertGoesOnCounting) {
  scene before(unavailable());
  before.play(30, {});
  before.play(40, failing);
  ASSERT_EQ(before.state(), alert_state::pending);
  auto s = after_restart(before, 5s, continuity::pending_goes_on);
  s.play(14, failing);
  EXPECT_FALSE(s.firing());
  s.play(2, failing);  // 40 + 5 + 15 s after the first bad answer
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.watched.view().first_bad, before.watched.view().first_bad);
}

TEST(Restart, OneGoodAnswerEndsAPendingOutage) {
  scene before(unavailable());
  before.play(40, failing);
  auto s = after_restart(before, 5s, continuity::pending_goes_on);
  s.play(1, {});
  s.play(20, failing);
  EXPECT_FALSE(s.firing());
}

TEST(Restart, SustainedTroubleKeepsItsClock) {
  scene before(sustained(errors_high()));
  before.play(100, failing);
  auto s = after_restart(before, 20s, continuity::pending_goes_on);
  s.play(62, failing);
  EXPECT_TRUE(s.firing());
}

TEST(Restart, AfterALongGapWhatWasPendingBeginsAnew) {
  scene before(unavailable());
  before.play(40, failing);
  auto s = after_restart(before, 60s, continuity::pending_dropped);
  EXPECT_EQ(s.state(), alert_state::no_data);
  s.play(30, failing);
  EXPECT_FALSE(s.firing());
}

TEST(Restart, WhatFiresFiresUntilGoodAnswersProveOtherwise) {
  scene before(errors_high());
  before.play(60, failing);
  ASSERT_TRUE(before.firing());
  auto s = after_restart(before, 3600s, continuity::firing_goes_on);
  s.silence(600);
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.state(), alert_state::masked);
  s.play(10, {});
  EXPECT_FALSE(s.firing());
}

TEST(ErrorsHigh, FiresOnlyAboveTenPercentOfThreeMinutes) {
  scene s(errors_high());
  s.play(180, {});
  s.play(18, failing);  // 18 of 180: exactly 10 %
  EXPECT_FALSE(s.firing());
  s.play(1, failing);
  EXPECT_TRUE(s.firing());
  s.play(400, {});
  EXPECT_FALSE(s.firing());
  EXPECT_EQ(s.count(alert_change::kind::cleared), 1);
}

TEST(ErrorsHigh, TooFewCallsAreSaidToBeTooFew) {
  scene s(errors_high());
  s.silence(1);
  EXPECT_EQ(s.state(), alert_state::no_data);
  s.play(2, failing);
  EXPECT_EQ(s.state(), alert_state::insufficient_data);
  s.play(17, failing);
  EXPECT_FALSE(s.firing());
  s.play(1, failing);
  EXPECT_TRUE(s.firing());
}

TEST(ErrorsHigh, SustainedFiresAfterThreeMinutesAndNotBefore) {
  scene s(sustained(errors_high()));
  s.play(180, {});
  s.play(2, failing);  // 2 of the last 18
  EXPECT_EQ(s.state(), alert_state::pending);
  s.play(179, failing);
  EXPECT_FALSE(s.firing());
  s.play(1, failing);
  EXPECT_TRUE(s.firing());
}

TEST(LatencyHigh, FiresOnceTheNinetyFifthPercentileIsTooSlow) {
  scene s(latency_high());
  s.play(600, {});
  s.play(30, {.took = 12s});  // the 570th of 600 sorted is still fast
  EXPECT_FALSE(s.firing());
  s.play(1, {.took = 12s});
  EXPECT_TRUE(s.firing());
  EXPECT_NEAR(s.watched.view().last.observed, 12, 0.12);
  s.play(180, {});
  EXPECT_FALSE(s.firing());
}

TEST(LatencyHigh, AtTheLimitIsNotAboveIt) {
  scene s(latency_high());
  s.play(600, {.took = 4900ms});
  EXPECT_EQ(s.state(), alert_state::ok);
}

TEST(LatencyHigh, SeesCallsThatHangWhileTheyHang) {
  scene s(latency_high());
  s.play(100, {});
  std::vector<flight> hanging;
  for (std::uint64_t i = 0; i != 10; ++i) hanging.push_back({"itau", operation::retrieve, s.now, i, true});
  s.calls.see(hanging);
  s.silence(5);
  EXPECT_FALSE(s.firing());  // 5 s old is not yet slower than 5 s
  s.silence(1);
  EXPECT_TRUE(s.firing());
}

TEST(BankUnavailable, FiresAMinuteAfterTheFirstBadAnswer) {
  scene s(unavailable());
  s.play(60, {});
  s.play(60, failing);  // the first bad answer was 59.5 s ago
  EXPECT_FALSE(s.firing());
  EXPECT_EQ(s.state(), alert_state::pending);
  s.play(1, failing);
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.watched.view().grade, severity::critical);
}

TEST(BankUnavailable, OneGoodAnswerStartsTheClockAnew) {
  scene s(unavailable());
  s.play(50, failing);
  s.play(1, {});
  s.play(60, failing);
  EXPECT_FALSE(s.firing());
}

TEST(BankUnavailable, DoesNotAskReadsThatNeverReachTheBank) {
  scene s(unavailable());
  for (int i = 0; i != 61; ++i) {
    s.calls.observe(ended_at(s.now + 400ms, {.what = operation::read}));
    s.play(1, failing);
  }
  EXPECT_TRUE(s.firing());
}

TEST(BankUnavailable, FourFailuresAreNotEnough) {
  scene s(unavailable());
  s.play(4, failing);
  s.silence(120);
  EXPECT_FALSE(s.firing());
}

TEST(BankUnavailable, AnAppThatStopsCallingCannotHideIt) {
  scene s(unavailable());
  s.play(60, {});
  s.play(5, failing);
  s.silence(50);
  EXPECT_EQ(s.state(), alert_state::masked);
  s.silence(6);
  EXPECT_TRUE(s.firing());
}

TEST(BankUnavailable, ClearsAfterAMinuteOfGoodAnswers) {
  scene s(unavailable());
  s.play(61, failing);
  ASSERT_TRUE(s.firing());
  s.play(64, {});  // the fifth good answer proves that it answers; a minute more that it stays so
  EXPECT_TRUE(s.firing());
  s.play(1, {});
  EXPECT_FALSE(s.firing());
}

class NeverClearsInSilence : public testing::TestWithParam<std::size_t> {};

TEST_P(NeverClearsInSilence, AndNeedsEnoughGoodAnswers) {
  scene s(default_rules()[GetParam()]);
  auto bad = failing;
  bad.took = 12s;
  s.play(120, bad);
  ASSERT_TRUE(s.firing());
  s.silence(3600);
  EXPECT_TRUE(s.firing());
  EXPECT_EQ(s.state(), alert_state::masked);
  s.play(4, {});
  s.silence(3600);
  EXPECT_TRUE(s.firing());
  s.play(130, {});
  EXPECT_FALSE(s.firing());
}
INSTANTIATE_TEST_SUITE_P(EveryShippedRule, NeverClearsInSilence, testing::Range<std::size_t>(0, 4),
                         [](auto const& p) { return default_rules()[p.param].name; });

TEST(ClearThreshold, KeepsAnAlertFiringBetweenTheTwo) {
  auto r = errors_high();
  r.clear_share = percent{2};
  scene s(r);
  s.play(60, failing);
  ASSERT_TRUE(s.firing());
  for (int i = 0; i != 60; ++i) {  // 5 % fail: below the ten that fire
    s.play(19, {});
    s.play(1, failing);
  }
  EXPECT_TRUE(s.firing());
  s.play(120, {});
  EXPECT_FALSE(s.firing());
}

TEST(KeepFiringFor, HoldsOutUntilItHasStayedGood) {
  auto r = errors_high();
  r.keep_firing_for = 5min;
  scene s(r), plain(errors_high());
  for (auto* one : {&s, &plain}) {
    one->play(60, failing);
    one->play(150, {});
  }
  EXPECT_FALSE(plain.firing());
  EXPECT_TRUE(s.firing());
  s.play(60, failing);  // bad again: it has to stay good for five minutes anew
  s.play(300, {});
  EXPECT_TRUE(s.firing());
  s.play(120, {});
  EXPECT_FALSE(s.firing());
  EXPECT_EQ(s.count(alert_change::kind::fired), 1);
}

/// p95 usually 400 ms, at most 800; half a percent of calls usually fails, and 2.5 % are held against it.
baseline usual() {
  baseline b;
  b.from = pool::hour_of_week;
  b.stretches = 18;
  b.clean_days = 60;
  b.median = 400ms;
  b.spread = 0.1;
  b.latency_limit = 800ms;
  b.latency_clear = 600ms;
  b.usual_errors = 0.005;
  b.error_limit = 0.025;
  b.static_latency = 5s;
  b.static_errors = percent{10};
  b.left_out[static_cast<std::size_t>(exclusion::drill)] = 3;
  return b;
}

rule following(metric what) {
  rule r;
  r.name = "unusual";
  r.what = what;
  r.usual = true;
  return r;
}

scene told_what_is_usual(metric what) {
  scene s(following(what));
  s.watched.follow(std::make_shared<baseline const>(usual()));
  return s;
}

test::call taking(duration took) { return {.took = took}; }

TEST(Usual, SaysNothingUntilItHasLearned) {
  scene s(following(metric::latency_p95));
  s.play(60, taking(30s));
  EXPECT_EQ(s.state(), alert_state::insufficient_data);
  auto young = usual();
  young.from = pool::learning;
  s.watched.follow(std::make_shared<baseline const>(young));
  s.play(60, taking(30s));
  EXPECT_EQ(s.state(), alert_state::insufficient_data);
  EXPECT_FALSE(s.firing());
}

TEST(Usual, SeesABankThatIsSlowForItselfAndFastForTheWrittenRule) {
  auto s = told_what_is_usual(metric::latency_p95);
  scene written(latency_high());
  for (auto* one : {&s, &written}) {
    one->play(300, taking(400ms));
    one->play(60, taking(2s));
  }
  EXPECT_TRUE(s.firing());
  EXPECT_FALSE(written.firing());
}

TEST(Usual, TakesAFewSlowCallsForTheAccidentTheyAre) {
  auto s = told_what_is_usual(metric::latency_p95);
  s.play(19, taking(400ms));
  s.play(2, taking(2s));  // p95 is over the limit, and two of twenty-one happens
  EXPECT_EQ(s.state(), alert_state::ok);
  s.play(6, taking(2s));
  EXPECT_TRUE(s.firing());
}

TEST(Usual, SeesMoreFailuresThanThisBankHasLongBeforeTheWrittenTenPercent) {
  auto s = told_what_is_usual(metric::error_rate);
  scene written(errors_high());
  for (auto* one : {&s, &written})
    for (int i = 0; i != 15; ++i) {  // 6.7 %
      one->play(14, {});
      one->play(1, failing);
    }
  EXPECT_TRUE(s.firing());
  EXPECT_FALSE(written.firing());
}

TEST(Usual, ClearsBelowTheLowerOfItsTwoLimits) {
  auto s = told_what_is_usual(metric::latency_p95);
  s.play(60, taking(2s));
  ASSERT_TRUE(s.firing());
  s.play(600, taking(700ms));
  EXPECT_TRUE(s.firing());
  s.play(130, taking(400ms));
  EXPECT_FALSE(s.firing());
}

TEST(Usual, AnAlertIsMaskedWhileARestartHasNotLearnedYet) {
  auto before = told_what_is_usual(metric::latency_p95);
  before.play(60, taking(2s));
  auto s = after_restart(before, 5s, continuity::firing_goes_on);
  s.play(5, taking(2s));
  EXPECT_EQ(s.state(), alert_state::masked);
  s.watched.follow(std::make_shared<baseline const>(usual()));
  s.play(300, taking(400ms));
  EXPECT_FALSE(s.firing());
}

TEST(Explanation, OfAWrittenRuleNamesWhatWasSeenAndItsLimit) {
  scene s(errors_high());
  s.play(20, failing);
  ASSERT_TRUE(s.watched.view().why);
  auto const& why = *s.watched.view().why;
  EXPECT_EQ(why.sentence, "20 de 20 chamadas falharam em 3m; limite de erros 10%");
  auto const object = parsed(why.object).as_object();
  EXPECT_EQ(object.at("limit"), 10.0);
  EXPECT_EQ(object.at("samples"), 20);
  EXPECT_FALSE(object.contains("usual"));
}

TEST(Explanation, OfAFollowingRuleTellsAllThatItsLimitComesFrom) {
  auto s = told_what_is_usual(metric::latency_p95);
  s.play(60, taking(2s));
  auto const& why = *s.watched.view().why;
  for (auto const* part : {"p95 de 2.0", "20 chamadas", "p95 usual 400 ms", "limite 800 ms", "18 trechos limpos"})
    EXPECT_NE(why.sentence.find(part), std::string::npos) << part << " in " << why.sentence;
  auto const object = parsed(why.object).as_object();
  EXPECT_EQ(object.at("limit"), 0.8);
  EXPECT_EQ(object.at("clears_at"), 0.6);
  EXPECT_EQ(object.at("written_limit"), 5.0);
  EXPECT_LT(object.at("chance").as_double(), no_accident);
  auto const& from = object.at("usual").as_object();
  EXPECT_EQ(from.at("p95_median_ms"), 400.0);
  EXPECT_EQ(from.at("left_out").as_object().at("drill"), 3);
}

TEST(Explanation, OneThatNobodyCanReadIsNone) { EXPECT_TRUE(parsed("{half").is_null()); }

TEST(RuleState, TellsPendingOnceAndChangesOnly) {
  scene s(unavailable());
  s.play(60, {});
  s.play(200, failing);
  EXPECT_EQ(s.count(alert_change::kind::pending), 1);
  EXPECT_EQ(s.count(alert_change::kind::fired), 1);
  EXPECT_LE(s.changes.size(), 4u);
}

TEST(RuleState, ACompressedRuleActsTheSameFaster) {
  auto const quick = compress(unavailable(), 20);
  traffic calls(100ms);
  rule_state watched(quick, "itau");
  time_point now{1h};
  auto const play = [&](duration length, test::call const& each) {
    for (auto const end = now + length; now < end;) {
      calls.observe(ended_at(now, each));
      now += 100ms;
      watched.step(calls, now);
    }
  };
  play(2s, {});
  play(2900ms, failing);
  EXPECT_FALSE(watched.view().firing);
  play(100ms, failing);
  EXPECT_TRUE(watched.view().firing);
}

}  // namespace
}  // namespace vendaval::monitor
