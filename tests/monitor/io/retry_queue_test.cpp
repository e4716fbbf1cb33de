#include "monitor/io/retry_queue.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <set>
#include <vector>

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Writes what the queue gives it, as a database would that is moody in the way a test says.
struct writer {
  retry_queue<int> queue{3};
  std::set<int> refuses{};
  std::vector<int> written{}, given_up{}, tried{};
  time_point now{1h};

  /// `down`: at each attempt, and at the one right after it.
  void work(duration how_long, std::function<bool()> const& down = [] { return false; }) {
    for (auto const end = now + how_long; now <= end; now += 100ms)
      while (auto const* one = queue.next(now)) {
        tried.push_back(*one);
        bool const takes = !down() && !refuses.contains(*one);
        if (takes)
          written.push_back(queue.written());
        else if (auto const gone = queue.failed(now, !down()))
          given_up.push_back(*gone);
      }
  }
};

bool always() { return true; }

TEST(RetryQueue, GivesOneAfterTheOther) {
  writer w;
  for (int i = 1; i <= 3; ++i) w.queue.push(i);
  w.work(0s);
  EXPECT_THAT(w.written, ElementsAre(1, 2, 3));
  EXPECT_EQ(w.queue.size(), 0u);
}

TEST(RetryQueue, PausesAfterAFailure) {
  writer w;
  w.queue.push(1);
  w.work(900ms, always);
  EXPECT_THAT(w.tried, ElementsAre(1));
  w.work(100ms);
  EXPECT_THAT(w.tried, ElementsAre(1, 1));
  EXPECT_THAT(w.written, ElementsAre(1));
}

TEST(RetryQueue, GivesNothingUpWhileTheDatabaseTakesNothingAndThenKeepsTheOrder) {
  writer w;
  for (int i = 1; i <= 3; ++i) w.queue.push(i);
  w.work(1h, always);
  EXPECT_THAT(w.given_up, IsEmpty());
  EXPECT_THAT(w.tried, testing::Each(1)) << "nothing is written past the first";
  w.work(10s);
  EXPECT_THAT(w.written, ElementsAre(1, 2, 3));
  EXPECT_THAT(w.given_up, IsEmpty());
}

TEST(RetryQueue, ADatabaseThatComesAndGoesAtAnyMomentCostsNothing) {
  for (int period = 3; period != 12; ++period) {
    writer w;
    for (int i = 1; i <= 5; ++i) w.queue.push(i);
    int asked = 0;
    w.work(1min, [&] { return ++asked % period != 0; });
    w.work(10s);
    EXPECT_THAT(w.written, ElementsAre(1, 2, 3, 4, 5)) << period;
    EXPECT_THAT(w.given_up, IsEmpty()) << period;
  }
}

TEST(RetryQueue, OneThatIsNeverAcceptedDoesNotHoldUpTheOthers) {
  writer w{.refuses = {1}};
  for (int i = 1; i <= 3; ++i) w.queue.push(i);
  w.work(10s);
  EXPECT_THAT(w.written, ElementsAre(2, 3));
  EXPECT_THAT(w.given_up, ElementsAre(1));
}

TEST(RetryQueue, TriesMoreAndMoreSeldomWhatTheDatabaseRefusesWhileItTakesOthers) {
  writer w{.queue = retry_queue<int>(10), .refuses = {1}};
  w.queue.push(1);
  w.work(4min);
  EXPECT_THAT(w.given_up, IsEmpty()) << "somebody may be working on that table";
  w.work(2min);
  EXPECT_THAT(w.given_up, ElementsAre(1));
  EXPECT_EQ(w.tried.size(), 10u);
}

TEST(RetryQueue, SeveralThatAreNeverAcceptedDoNotEither) {
  writer w{.refuses = {1, 2, 4}};
  for (int i = 1; i <= 5; ++i) w.queue.push(i);
  w.work(1min);
  EXPECT_THAT(w.written, ElementsAre(3, 5));
  EXPECT_THAT(w.given_up, ElementsAre(1, 2, 4));
}

TEST(RetryQueue, AFailureOfAllBetweenRefusalsBeginsTheCountAnew) {
  writer w{.refuses = {1}};
  w.queue.push(1);
  for (int i = 0; i != 5; ++i) {
    w.work(2500ms);  // two refusals
    w.work(4s, always);
  }
  EXPECT_THAT(w.given_up, IsEmpty());
  w.work(10s);
  EXPECT_THAT(w.given_up, ElementsAre(1));
}

}  // namespace
}  // namespace vendaval::monitor
