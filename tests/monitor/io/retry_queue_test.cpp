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
  retry_queue<int> queue{};
  std::set<int> refuses{};
  std::vector<int> written{}, given_up{}, tried{};
  time_point now{1h};

  void work(duration how_long, bool down = false) {
    for (auto const end = now + how_long; now <= end; now += 100ms)
      while (auto const* one = queue.next(now)) {
        tried.push_back(*one);
        if (!down && !refuses.contains(*one))
          written.push_back(queue.written());
        else if (auto const gone = queue.failed(now))
          given_up.push_back(*gone);
      }
  }
};

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
  w.work(900ms, true);
  EXPECT_THAT(w.tried, ElementsAre(1));
  w.work(100ms);
  EXPECT_THAT(w.tried, ElementsAre(1, 1));
  EXPECT_THAT(w.written, ElementsAre(1));
}

TEST(RetryQueue, GivesNothingUpWhileTheDatabaseTakesNothing) {
  writer w;
  for (int i = 1; i <= 3; ++i) w.queue.push(i);
  w.work(1h, true);
  EXPECT_THAT(w.given_up, IsEmpty());
  w.work(10s);
  EXPECT_THAT(w.written, testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(w.given_up, IsEmpty());
}

TEST(RetryQueue, OneThatIsNeverAcceptedDoesNotHoldUpTheOthers) {
  writer w{.refuses = {1}};
  for (int i = 1; i <= 3; ++i) w.queue.push(i);
  w.work(10s);
  EXPECT_THAT(w.written, ElementsAre(2, 3));
  EXPECT_THAT(w.given_up, ElementsAre(1));
}

TEST(RetryQueue, SeveralThatAreNeverAcceptedDoNotEither) {
  writer w{.refuses = {1, 2, 4}};
  for (int i = 1; i <= 5; ++i) w.queue.push(i);
  w.work(1min);
  EXPECT_THAT(w.written, ElementsAre(3, 5));
  EXPECT_THAT(w.given_up, testing::UnorderedElementsAre(1, 2, 4));
}

TEST(RetryQueue, OneThatIsAloneIsTriedForEver) {
  writer w{.refuses = {1}};
  w.queue.push(1);
  w.work(1h);
  EXPECT_THAT(w.given_up, IsEmpty()) << "nothing tells whether it is the row or the database";
  EXPECT_GT(w.tried.size(), 3000u);
}

TEST(RetryQueue, OneThatOnlyHadBadLuckIsWrittenAfterALaterOne) {
  writer w{.refuses = {1}};
  w.queue.push(1);
  w.work(5s);
  w.refuses.clear();  // just when another is tried in its place
  w.queue.push(2);
  w.work(5s);
  EXPECT_THAT(w.written, testing::UnorderedElementsAre(1, 2));
  EXPECT_THAT(w.given_up, IsEmpty());
}

}  // namespace
}  // namespace vendaval::monitor
