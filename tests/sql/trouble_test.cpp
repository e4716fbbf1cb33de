// A PostgreSQL that hangs, dies in the middle of a commit, or turns read-only, and a network that does the same.
#include <gmock/gmock.h>

#include <future>

#include "sql/patience.hpp"
#include "sql/storage_thread.hpp"
#include "tests/sql/support/database.hpp"
#include "tests/sql/support/relay.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

struct Trouble : testing::Test {
  Trouble() { must(open().migrate()); }
  sql::store open() { return must(sql::store::open(network.url())); }
  std::int64_t incidents() { return must(must(sql::store::open(direct)).counts()).incidents; }
  void server_says(std::string const& text) { EXPECT_FALSE(raw_database::open(direct)->run(text)); }

  std::string const direct = postgres_server::instance().new_database();
  relay network{direct};
};

TEST_F(Trouble, ACommitWhoseAnswerIsLostIsWrittenOnceHoweverOftenItIsTried) {
  auto db = open();
  network.lose_the_next_commits_answer();
  EXPECT_FALSE(db.commit({.incidents = {an_incident(1)}, .outbox = {a_notification("k", id(1))}}));
  EXPECT_EQ(incidents(), 1) << "it had arrived";
  must(db.commit({.incidents = {an_incident(1)}, .outbox = {a_notification("k", id(1))}}));
  EXPECT_EQ(incidents(), 1);
  EXPECT_EQ(must(db.counts()).outbox_waiting, 1);
}

TEST_F(Trouble, AServerThatTurnsReadOnlySaysSoAndIsWrittenToOnceItIsNot) {
  auto db = open();
  auto const name = direct.substr(direct.rfind('/') + 1);
  auto const end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name +
                       "' AND pid <> pg_backend_pid()";
  server_says("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  server_says(end_all);
  auto const refused = db.commit({.incidents = {an_incident(1)}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("read-only transaction"));
  server_says("BEGIN READ WRITE; ALTER DATABASE " + name + " RESET default_transaction_read_only; COMMIT");
  server_says(end_all);
  must(db.commit({.incidents = {an_incident(1)}}));
  EXPECT_EQ(incidents(), 1);
}

TEST_F(Trouble, ACallThatIsNeverAnsweredIsCutAndTheNextOneGoesThrough) {
  sql::storage_thread storage(open());
  network.hang(true);
  std::promise<sql::result<>> first, second;
  ASSERT_TRUE(storage.submit({.incidents = {an_incident(1)}}, [&](auto said) { first.set_value(said); }));
  while (!storage.how_far().busy) std::this_thread::yield();
  EXPECT_TRUE(storage.cut());
  // Tried again on a connection of its own, which hangs too until it is given up.
  auto came = first.get_future();
  auto const soon = came.wait_for(20s);
  ASSERT_EQ(soon, std::future_status::ready);
  EXPECT_FALSE(came.get());
  network.hang(false);
  ASSERT_TRUE(storage.submit({.incidents = {an_incident(1)}}, [&](auto said) { second.set_value(said); }));
  EXPECT_TRUE(second.get_future().get());
  EXPECT_EQ(incidents(), 1);
}

TEST_F(Trouble, TheEndDoesNotWaitForAServerThatAnswersNothing) {
  std::vector<std::string> answers;
  {
    sql::storage_thread storage(open(), {.group = 1, .grace = std::chrono::milliseconds(50)});
    network.hang(true);
    for (int n = 1; n <= 3; ++n)
      ASSERT_TRUE(storage.submit({.incidents = {an_incident(n)}},
                                 [&](auto said) { answers.push_back(said ? "written" : said.error()); }));
  }
  ASSERT_EQ(answers.size(), 3u) << "everybody has an answer";
  EXPECT_THAT(answers, testing::Each(testing::Ne("written")));
  EXPECT_THAT(answers.back(), HasSubstr("it did not answer when we ended"));
}

TEST_F(Trouble, TheEndWaitsForAServerThatIsOnlySlow) {
  int written = 0;
  {
    sql::storage_thread storage(open(), {.group = 1, .grace = std::chrono::milliseconds(1500)});
    network.delay(std::chrono::milliseconds(150));
    for (int n = 1; n <= 5; ++n)  // longer than grace in all, each statement by itself not
      ASSERT_TRUE(storage.submit({.incidents = {an_incident(n)}}, [&](auto said) { written += said ? 1 : 0; }));
  }
  EXPECT_EQ(written, 5);
}

TEST(Patience, EndsWhenAStatementIsUnansweredForLongerThanItMayTake) {
  sql::patience p;
  time_point const start{1h};
  EXPECT_FALSE(p.over(7, true, start));
  EXPECT_FALSE(p.over(7, true, start + 44s));
  EXPECT_TRUE(p.over(7, true, start + 45s));
  EXPECT_FALSE(p.over(7, true, start + 46s)) << "once";
  EXPECT_FALSE(p.over(8, true, start + 91s)) << "it moves";
  EXPECT_FALSE(p.over(8, false, start + 300s)) << "nothing is asked";
  EXPECT_FALSE(p.over(8, true, start + 301s));
}

}  // namespace
}  // namespace vendaval::test
