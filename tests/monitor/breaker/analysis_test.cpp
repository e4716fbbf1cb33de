#include "monitor/breaker/analysis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/monitor/breaker/modelled_app.hpp"

namespace vendaval::monitor {
namespace {

using test::app_player;
using test::modelled_app;
using testing::HasSubstr;

constexpr time_point armed{1h};
constexpr int runs = 100;

struct shares {
  std::map<breaker_verdict, int> of;
  std::vector<double> open_error, close_error;  // seconds
  int confirmed() const { return of.contains(breaker_verdict::confirmed) ? of.at(breaker_verdict::confirmed) : 0; }
  int suspected() const { return of.contains(breaker_verdict::suspected) ? of.at(breaker_verdict::suspected) : 0; }
};

double median(std::vector<double> all) {
  std::ranges::sort(all);
  return all.empty() ? 0 : all[all.size() / 2];
}

shares play(modelled_app const& app, duration fault) {
  shares s;
  for (std::uint64_t seed = 0; seed != runs; ++seed) {
    auto const end = armed + fault + 5min;
    auto const truth = app_player(app, armed, armed, armed + fault, seed).play(end);
    auto const f = analyse_breaker(truth.calls, {app.per_second, 1}, armed, end);
    ++s.of[f.verdict];
    if (f.opened_at && truth.opened)
      s.open_error.push_back(std::abs(std::chrono::duration<double>(*f.opened_at - *truth.opened).count()));
    if (f.closed_at && truth.closed)
      s.close_error.push_back(std::abs(std::chrono::duration<double>(*f.closed_at - *truth.closed).count()));
  }
  return s;
}

TEST(BreakerAnalysis, ConfirmsABreakerThatTheTrafficCanShow) {  // 15 expected calls per wait, 10 waits
  auto const s = play({.per_second = 0.5, .breaker_wait = 30s}, 300s);
  EXPECT_GE(s.confirmed(), 95);
  EXPECT_LE(median(s.open_error), 0.1);
  EXPECT_LE(median(s.close_error), 0.1);
}

TEST(BreakerAnalysis, ConfirmsItAtThirtyExpectedCallsPerWait) {
  EXPECT_GE(play({.per_second = 1, .breaker_wait = 30s}, 300s).confirmed(), 95);
}

TEST(BreakerAnalysis, OnlySuspectsItWhenTheFaultWasTooShortToProve) {  // 4 waits
  auto const s = play({.per_second = 0.5, .breaker_wait = 30s}, 120s);
  EXPECT_LE(s.confirmed(), 10);
  EXPECT_GE(s.confirmed() + s.suspected(), 95);
}

TEST(BreakerAnalysis, HardlyEverConfirmsAtFourExpectedCallsPerWait) {
  auto const s = play({.per_second = 4.0 / 30, .breaker_wait = 30s}, 300s);
  EXPECT_LE(s.confirmed(), 15);
  EXPECT_GE(s.confirmed() + s.suspected(), 95);
}

TEST(BreakerAnalysis, NeverConfirmsWithoutABreaker) {
  auto const s = play({.per_second = 0.5}, 300s);
  EXPECT_EQ(s.confirmed(), 0);
  EXPECT_LE(s.suspected(), 1);
  EXPECT_GE(s.of.at(breaker_verdict::not_observed), 95);
}

TEST(BreakerAnalysis, DoesNotTakeRetriesWithBackoffForABreaker) {
  auto const s = play({.per_second = 0.5, .retries = true}, 300s);
  EXPECT_EQ(s.confirmed(), 0);
  EXPECT_LE(s.suspected(), 1);
}

TEST(BreakerAnalysis, DoesNotTakePeopleGivingUpForProofOfABreaker) {
  for (auto const stay : {0.5, 0.3, 0.2, 0.05}) EXPECT_LE(play({.per_second = 0.5, .stay = stay}, 900s).confirmed(), 4);
}

TEST(BreakerAnalysis, MeasuresWhatTheBreakerDid) {
  auto const end = armed + 10min;
  auto const truth = app_player({.per_second = 2, .breaker_wait = 30s}, armed, armed, armed + 5min, 7).play(end);
  auto const f = analyse_breaker(truth.calls, {2, 1}, armed, end);
  ASSERT_EQ(f.verdict, breaker_verdict::confirmed);
  auto const first_after = std::ranges::upper_bound(truth.calls, *truth.opened, {}, &guarded_call::arrived);
  auto const last_call = (first_after - 1)->arrived;
  EXPECT_EQ(*f.opened_at, last_call);
  // The app opens at the fifth bad answer; calls that were under way by then failed too.
  auto const before = first_after - truth.calls.begin();
  EXPECT_EQ(f.failures_before_open, before);
  EXPECT_GE(before, 5);
  EXPECT_LE(before, 7);
  EXPECT_LE(*f.wait_least, 30s);
  EXPECT_GE(*f.wait_most, 29900ms);
  EXPECT_LE(*f.wait_most, 32s);
  EXPECT_GE(f.probes, 9u);
  EXPECT_EQ(f.spacing.size(), f.probes - 1);  // the last one resumed
  EXPECT_EQ(*f.closed_at, *truth.closed);
  EXPECT_GT(*f.declared_at, *f.opened_at);
  EXPECT_THAT(f.evidence, HasSubstr("after " + std::to_string(before) + " failures"));
  EXPECT_THAT(f.evidence, HasSubstr("would look the same"));
}

struct answered {
  duration arrived, ended;
  weight counts;
};

unsigned failing_before(duration opened, std::vector<answered> const& all) {
  std::vector<guarded_call> calls;
  for (auto const& a : all) calls.push_back({armed + a.arrived, armed + a.ended, a.counts});
  return failing_calls_before(calls, armed + opened);
}

TEST(BreakerAnalysis, CountsTheFailingCallsThatMadeTheAppStopAndThoseOnTheirWay) {
  using enum weight;
  EXPECT_EQ(failing_before(9s, {}), 0u);
  EXPECT_EQ(failing_before(9s, {{1s, 2s, bad}, {3s, 4s, bad}}), 2u);
  EXPECT_EQ(failing_before(9s, {{1s, 2s, bad}, {3s, 4s, good}, {5s, 6s, bad}}), 1u) << "a good answer begins it anew";
  EXPECT_EQ(failing_before(9s, {{1s, 2s, bad}, {3s, 4s, neither}, {5s, 6s, bad}}), 2u)
      << "one that says nothing does not";
  EXPECT_EQ(failing_before(9s, {{1s, 8s, good}, {2s, 7s, bad}, {3s, 9s, bad}}), 1u) << "in the order of the answers";
  EXPECT_EQ(failing_before(9s, {{1s, 2s, bad}, {8s, 11s, bad}}), 2u) << "on its way when the app stopped";
  EXPECT_EQ(failing_before(9s, {{1s, 2s, bad}, {8s, 11s, good}}), 1u) << "too late to keep it from stopping";
  EXPECT_EQ(failing_before(9s, {{1s, 2s, bad}, {10s, 11s, bad}}), 1u) << "that one is a probe";
}

TEST(BreakerAnalysis, TheRateIsBackWhereTwentyCallsWorthOfTimeHoldEighteen) {
  std::vector<guarded_call> calls;
  for (int i = 0; i != 10; ++i) calls.push_back({armed + i * 4s, {}, weight::good});        // a quarter of the rate
  for (int i = 0; i != 60; ++i) calls.push_back({armed + 60s + i * 1s, {}, weight::good});  // all of it
  auto const end = armed + 2min;
  EXPECT_EQ(rate_back(calls, {1, 1}, armed, end), armed + 60s);
  EXPECT_EQ(rate_back(calls, {1, 1}, armed + 70s, end), armed + 70s);
  EXPECT_FALSE(rate_back(calls, {1, 1}, armed + 110s, end)) << "it would have to be seen for twenty seconds";
  EXPECT_FALSE(rate_back(calls, {10, 1}, armed, end));
  EXPECT_FALSE(rate_back(calls, {}, armed, end)) << "nothing is expected";
}

TEST(BreakerAnalysis, SaysThatItIsStillOpen) {
  auto const end = armed + 4min;
  auto const truth = app_player({.per_second = 2, .breaker_wait = 30s}, armed, armed, armed + 5min, 7).play(end);
  auto const f = analyse_breaker(truth.calls, {2, 1}, armed, end);
  EXPECT_TRUE(f.opened_at);
  EXPECT_FALSE(f.closed_at);
  EXPECT_THAT(f.evidence, HasSubstr("have not resumed"));
}

TEST(BreakerAnalysis, CallsThatStopWithoutFailuresAreFallenDemand) {
  std::vector<guarded_call> calls;
  for (int i = 0; i != 100; ++i) calls.push_back({armed + i * 1s, armed + i * 1s + 50ms, weight::good});
  auto const f = analyse_breaker(calls, {1, 1}, armed, armed + 10min);
  EXPECT_EQ(f.verdict, breaker_verdict::undeterminable);
  EXPECT_THAT(f.evidence, HasSubstr("demand fell"));
  EXPECT_FALSE(f.opened_at);
}

TEST(BreakerAnalysis, SaysHowMuchTrafficItWouldNeed) {
  std::vector<guarded_call> calls;
  for (int i = 0; i != 10; ++i) calls.push_back({armed + i * 30s, armed + i * 30s + 50ms, weight::bad});
  auto const f = analyse_breaker(calls, {1.0 / 30, 1}, armed, armed + 5min);
  EXPECT_EQ(f.verdict, breaker_verdict::undeterminable);
  EXPECT_THAT(f.evidence, HasSubstr("cannot be told from chance"));
}

TEST(BreakerAnalysis, WithoutABaselineNothingCanBeExpected) {
  std::vector<guarded_call> const calls{{armed, armed, weight::bad}};
  EXPECT_THAT(analyse_breaker(calls, {}, armed, armed + 5min).evidence, HasSubstr("no calls in the baseline"));
  EXPECT_EQ(analyse_breaker({}, {1, 1}, armed, armed + 5min).verdict, breaker_verdict::undeterminable);
}

}  // namespace
}  // namespace vendaval::monitor
