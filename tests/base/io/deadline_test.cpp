#include "base/io/deadline.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "tests/support/fake_clock.hpp"

namespace vendaval {
namespace {

struct Deadline : testing::Test {
  /// Starts `work`; `ended` says later how it went.
  void start(asio::awaitable<void> work) {
    asio::co_spawn(io, std::move(work), [this](std::exception_ptr e) {
      ended = true;
      error = e;
    });
    time.settle();
  }
  asio::awaitable<void> for_ever(bool* cancelled = nullptr) {
    asio::steady_timer timer(io, asio::steady_timer::time_point::max());
    auto [why] = co_await timer.async_wait(no_throw);
    if (cancelled) *cancelled = why == asio::error::operation_aborted;
  }

  asio::io_context io;
  test::fake_clock time{io};
  bool ended = false;
  std::exception_ptr error;
};

TEST_F(Deadline, EndsTheWorkWhenItHasPassedAndNotBefore) {
  deadline idle(time, 10s);
  bool cancelled = false;
  start(first_of(for_ever(&cancelled), idle.guard()));
  time.advance(9999ms);
  EXPECT_FALSE(ended);
  time.advance(1ms);
  time.settle();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(cancelled) << "the work is told and waited for";
}

TEST_F(Deadline, CanBePushedOnWhileItRuns) {
  deadline idle(time, 10s);
  start(first_of(for_ever(), idle.guard()));
  time.advance(9s);
  idle.push();
  time.advance(9999ms);
  EXPECT_FALSE(ended);
  time.advance(1ms);
  time.settle();
  EXPECT_TRUE(ended);
}

TEST_F(Deadline, DoesNotPassWhileHeldAndRunsAgainAfterwards) {
  deadline idle(time, 10s);
  start(first_of(for_ever(), idle.guard()));
  idle.hold();
  time.advance(1h);
  EXPECT_FALSE(ended);
  idle.push();
  time.advance(20s);  // at most `usual` late
  time.settle();
  EXPECT_TRUE(ended);
}

TEST_F(Deadline, MovedEarlierTakesEffectAtMostTheUsualLimitLate) {
  deadline idle(time, 10s);
  idle.push(1h);
  start(first_of(for_ever(), idle.guard()));
  time.advance(5s);
  idle.push(1s);
  time.advance(10s);
  time.settle();
  EXPECT_TRUE(ended);
}

TEST_F(Deadline, LeavesNoSleeperBehindWhenTheWorkEndsFirst) {
  deadline idle(time, 10s);
  start(first_of(time.sleep_for(1s), idle.guard()));
  EXPECT_EQ(time.sleeping(), 2u);
  time.advance(1s);
  time.settle();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(error);
  EXPECT_EQ(time.sleeping(), 0u);
}

TEST_F(Deadline, RethrowsWhatTheWorkThrew) {
  deadline idle(time, 10s);
  auto const broken = []() -> asio::awaitable<void> {
    throw std::runtime_error("broken");
    co_return;
  };
  start(first_of(broken(), idle.guard()));
  time.settle();
  ASSERT_TRUE(error);
  EXPECT_THROW(std::rethrow_exception(error), std::runtime_error);
}

TEST_F(Deadline, WithinSaysWhetherTheWorkWasInTime) {
  std::optional<bool> quick, slow;
  auto const both = [](test::fake_clock& t, std::optional<bool>& a, std::optional<bool>& b) -> asio::awaitable<void> {
    a = co_await within(t, 2s, t.sleep_for(1s));
    b = co_await within(t, 2s, t.sleep_for(3s));
  };
  start(both(time, quick, slow));
  time.advance(1s);
  time.settle();
  EXPECT_EQ(quick, true);
  time.advance(1999ms);
  time.settle();
  EXPECT_EQ(slow, std::nullopt);
  time.advance(1ms);
  time.settle();
  EXPECT_EQ(slow, false);
  EXPECT_EQ(time.sleeping(), 0u);
}

}  // namespace
}  // namespace vendaval
