#include "sandbox/app/breaker.hpp"

#include <gtest/gtest.h>

namespace vendaval::sandbox {
namespace {

struct CircuitBreaker : testing::Test {
  circuit_breaker it{breaker_settings{}};  // 5 failures, 2 successes, 60 s
  time_point now{1h};

  bool call(verdict v) {
    it.advance(now);
    auto const permit = it.ask();
    EXPECT_TRUE(permit);
    return permit && it.tell(*permit, v, now);
  }
  void open() {
    for (int i = 0; i < 5; ++i) call(verdict::bad);
    ASSERT_EQ(it.state(), breaker_state::open);
  }
};

TEST_F(CircuitBreaker, OpensAtTheFifthFailureInARowAndNotBefore) {
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(call(verdict::bad));
  EXPECT_EQ(it.state(), breaker_state::closed);
  EXPECT_TRUE(call(verdict::bad));
  EXPECT_EQ(it.state(), breaker_state::open);
  EXPECT_FALSE(it.ask());
}

TEST_F(CircuitBreaker, ASuccessStartsTheCountAgain) {
  for (int i = 0; i < 4; ++i) call(verdict::bad);
  call(verdict::good);
  for (int i = 0; i < 4; ++i) call(verdict::bad);
  EXPECT_EQ(it.state(), breaker_state::closed);
}

TEST_F(CircuitBreaker, AResultThatSaysNothingOfTheBankNeitherCountsNorStartsAgain) {
  for (int i = 0; i < 4; ++i) call(verdict::bad);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(call(verdict::neither));
  EXPECT_EQ(it.state(), breaker_state::closed);
  EXPECT_TRUE(call(verdict::bad));
}

TEST_F(CircuitBreaker, LetsOneCallTryAfterExactlyItsOpenTime) {
  open();
  EXPECT_EQ(it.next(), now + 60s);
  now += 60s - 1ns;
  EXPECT_FALSE(it.advance(now));
  EXPECT_FALSE(it.ask());
  now += 1ns;
  EXPECT_TRUE(it.advance(now));
  EXPECT_EQ(it.state(), breaker_state::half_open);
  EXPECT_FALSE(it.next());
  EXPECT_TRUE(it.ask());
  EXPECT_FALSE(it.ask());  // one at a time
}

TEST_F(CircuitBreaker, ClosesAtTheSecondSuccessOfItsTrials) {
  open();
  now += 60s;
  EXPECT_FALSE(call(verdict::good));
  EXPECT_EQ(it.state(), breaker_state::half_open);
  EXPECT_TRUE(call(verdict::good));
  EXPECT_EQ(it.state(), breaker_state::closed);
  for (int i = 0; i < 4; ++i) call(verdict::bad);
  EXPECT_EQ(it.state(), breaker_state::closed);  // counts from nothing again
}

TEST_F(CircuitBreaker, AFailedTrialOpensItForItsWholeTimeAgain) {
  open();
  now += 60s;
  call(verdict::good);
  now += 3s;
  EXPECT_TRUE(call(verdict::bad));
  EXPECT_EQ(it.state(), breaker_state::open);
  EXPECT_EQ(it.next(), now + 60s);
}

TEST_F(CircuitBreaker, ATrialThatSaysNothingMakesRoomForTheNext) {
  open();
  now += 60s;
  EXPECT_FALSE(call(verdict::neither));
  EXPECT_EQ(it.state(), breaker_state::half_open);
  EXPECT_TRUE(it.ask());
}

TEST_F(CircuitBreaker, ALateResultFromBeforeTheChangeCountsNoMore) {
  auto const early = it.ask();
  open();
  EXPECT_FALSE(it.tell(*early, verdict::bad, now));
  now += 60s;
  it.advance(now);
  EXPECT_FALSE(it.tell(*early, verdict::bad, now));
  EXPECT_FALSE(it.tell(*early, verdict::good, now));
  EXPECT_EQ(it.state(), breaker_state::half_open);
  call(verdict::good);
  EXPECT_EQ(it.state(), breaker_state::half_open);  // the late success was not the first of two
}

}  // namespace
}  // namespace vendaval::sandbox
