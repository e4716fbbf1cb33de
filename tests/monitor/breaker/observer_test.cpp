#include "monitor/breaker/observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/monitor/breaker/modelled_app.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

constexpr time_point start{1h};

/// Three minutes of baseline, five of failures, five more; the exchanges in the order in which they end.
struct run {
  explicit run(test::modelled_app const& app) {
    auto const truth = test::app_player(app, start, armed, armed + 5min, 11).play(end);
    for (auto const& c : truth.calls) {
      if (!c.ended) continue;
      auto x = test::ended_at(*c.ended);
      x.arrived = c.arrived;
      x.counts = c.counts;
      exchanges.push_back(x);
    }
  }
  breaker_finding observe(breaker_observer& o) const {
    bool ended = false;
    for (auto const& x : exchanges) {
      if (!ended && x.arrived >= armed) o.baseline_ends(armed), ended = true;
      o.observe(x);
    }
    return o.finding(end);
  }
  time_point armed = start + 3min, end = start + 13min;
  std::vector<exchange> exchanges;
};

TEST(BreakerObserver, LearnsTheRateFromTheBaselineAndFindsTheBreaker) {
  breaker_observer o(start, {});
  auto const f = run({.per_second = 1, .breaker_wait = 30s}).observe(o);
  EXPECT_EQ(f.verdict, breaker_verdict::confirmed);
  EXPECT_NEAR(o.expected().per_second, 1, 0.25);
  EXPECT_GE(*f.opened_at, start + 3min);
}

TEST(BreakerObserver, ReadsDoNotBelongToTheBreaker) {
  breaker_observer o(start, {});
  for (int i = 0; i != 60; ++i) o.observe(test::ended_at(start + 1s + i * 1s, {.what = operation::read}));
  o.baseline_ends(start + 62s);
  EXPECT_EQ(o.expected().per_second, 0);
}

TEST(BreakerObserver, ACallUnderWayCountsOnce) {
  breaker_observer o(start, {});
  o.see({{"itau", operation::retrieve, start + 1s, 5, false}, {"nubank", operation::retrieve, start + 1s, 6, false}},
        "itau");
  auto x = test::ended_at(start + 2s, {.took = 1s});
  x.request = 5;
  o.observe(x);
  o.baseline_ends(start + 10s);
  EXPECT_DOUBLE_EQ(o.expected().per_second, 0.1);
}

TEST(BreakerObserver, TheAppsOwnWordStandsAboveWhatWasInferred) {
  breaker_observer o(start, {});
  auto const game = run({.per_second = 1});
  o.report(app_breaker::open, game.armed + 5s);
  o.report(app_breaker::half_open, game.armed + 65s);
  o.report(app_breaker::open, game.armed + 66s);
  o.report(app_breaker::half_open, game.armed + 126s);
  o.report(app_breaker::closed, game.armed + 127s);
  auto const f = game.observe(o);
  EXPECT_EQ(f.verdict, breaker_verdict::reported);
  EXPECT_EQ(*f.opened_at, game.armed + 5s);
  EXPECT_EQ(*f.closed_at, game.armed + 127s);
  EXPECT_EQ(f.probes, 2u);
  EXPECT_THAT(f.evidence, testing::HasSubstr("opening 2 times in all"));
}

TEST(BreakerObserver, ABreakerThatOpensAgainIsNotClosed) {
  breaker_observer o(start, {});
  auto const game = run({.per_second = 1});
  o.report(app_breaker::open, game.armed + 5s);
  o.report(app_breaker::closed, game.armed + 70s);
  o.report(app_breaker::open, game.armed + 90s);
  auto const f = game.observe(o);
  EXPECT_EQ(*f.opened_at, game.armed + 5s);
  EXPECT_FALSE(f.closed_at);
}

TEST(BreakerObserver, DoesNotReadWhatTheAppToldBeforeTheFault) {
  breaker_observer o(start, {});
  auto const game = run({.per_second = 1});
  o.report(app_breaker::open, start + 5s);
  o.report(app_breaker::closed, start + 65s);
  EXPECT_EQ(game.observe(o).verdict, breaker_verdict::not_observed);
}

TEST(BreakerObserver, TheRateIsBackOnlyAfterTheLastFaultWasLifted) {
  breaker_observer o(start, {});
  auto const game = run({.per_second = 2, .breaker_wait = 30s});
  EXPECT_FALSE(game.observe(o).rate_recovered_at) << "a fault is still armed";
  auto const lifted = game.armed + 6min;  // later than the breaker closed: a good spell of the fault
  o.faults_lifted(lifted);
  auto const f = o.finding(game.end);
  ASSERT_TRUE(f.rate_recovered_at);
  EXPECT_LT(*f.closed_at, lifted);
  EXPECT_GE(*f.rate_recovered_at, lifted);
  EXPECT_LE(*f.rate_recovered_at, lifted + 15s);
}

TEST(BreakerObserver, SaysNothingBeforeAFaultIsArmed) {
  breaker_observer o(start, {});
  EXPECT_EQ(o.finding(start + 1min).verdict, breaker_verdict::undeterminable);
  EXPECT_THAT(o.finding(start + 1min).evidence, testing::HasSubstr("no fault"));
}

}  // namespace
}  // namespace vendaval::monitor
