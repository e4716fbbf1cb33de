// The outbox worker and the keeper together, with a database that goes away, is slow, and comes back: everybody is told
// in order, and exactly once.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "monitor/io/outbox_worker.hpp"
#include "sandbox/io/receiver.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string id(int n) { return fmt::format("00000000-0000-4000-8000-{:012}", n); }

struct Delivery : test::MonitorIo {
  std::atomic<bool> away_when_told{false};
  sandbox::receiver ops{{"127.0.0.1", 0}, {}, [this](auto const&) {
                          if (away_when_told.exchange(false)) away(true);
                        }};
  sandbox::receiver mail{{"127.0.0.1", 0}, {}};
  std::unique_ptr<outbox_worker> worker;
  std::unique_ptr<keeper> kept;

  static channel to(std::string name, sandbox::receiver& there, std::string fallback = {}) {
    there.start();
    channel c;
    c.name = std::move(name);
    c.kind = &webhook();
    c.url = secret(fmt::format("http://127.0.0.1:{}/", there.port()));
    c.fallback = std::move(fallback);
    return c;
  }
  Delivery() {
    worker = std::make_unique<outbox_worker>(outbox_tools{io.get_executor(), clock, calendar, *storage, calls, log},
                                             std::vector{to("mail", mail), to("ops", ops, "mail")});
    kept = begin("spool");
    asio::co_spawn(io, worker->run(), asio::detached);
  }

  std::unique_ptr<keeper> begin(std::string const& name, bytes limit = {1u << 20}) {
    auto made = std::make_unique<keeper>(
        keeper::tools{io.get_executor(), clock, *storage, log},
        std::make_unique<spool>(spool::settings{.folder = folder / name, .limit = limit, .segment = {4096}}));
    worker->sends_for(*made);
    made->on_written([this] { worker->wake(); });
    return made;
  }
  sql::outbox_row letter_to(std::string const& channel, std::string const& text, int incident) const {
    sql::outbox_row row;
    row.incident_id = id(incident);
    row.channel = channel;
    row.kind = "opened";
    row.payload = to_json(plain_letter(notification_kind::opened, text, text, text));
    row.dedup_key = channel + "/" + text;
    row.created_at = row.next_attempt_at = calendar.at(clock.now());
    return row;
  }
  void tell(std::vector<std::string> const& channels, std::string const& text, int incident = 1) {
    sql::incident_row about;
    about.id = id(incident);
    about.institution_id = "itau";
    about.incident_type = "timeout";
    about.severity = "high";
    about.description = "itau: falhas";
    about.started_at = calendar.at(clock.now());
    sql::batch rows{.incidents = {about}};
    for (auto const& channel : channels) rows.outbox.push_back(letter_to(channel, text, incident));
    kept->keep(std::move(rows), worth::must, [this] { worker->wake(); });
  }
  /// The database takes and gives nothing, or does again.
  void away(bool gone) {
    for (auto const& [name, other] : {std::pair("banking_incidents", "a1"), std::pair("outbox", "a2")})
      execute(fmt::format("ALTER TABLE {} RENAME TO {}", gone ? name : other, gone ? other : name));
  }
  void execute(std::string const& text) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(database.c_str(), &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  /// So many seconds, in each of which the database and the receivers have time to answer.
  void pass(int seconds, duration each = 1s) {
    for (int i = 0; i != seconds; ++i) {
      kept->tick();
      worker->wake();
      for (int round = 0; round != 6; ++round) {
        storage_settles();
        io.restart();
        io.run_for(std::chrono::milliseconds(2));
      }
      clock.advance(each);
    }
  }
  /// Within a few minutes, however long the receivers take for their answers.
  template <class Condition>
  bool comes(Condition condition) {
    for (int i = 0; i != 240 && !condition(); ++i) pass(1);
    return condition();
  }
  static std::vector<std::string> taken(sandbox::receiver const& by) {
    std::vector<std::string> texts;
    for (auto const& m : by.messages())
      if (m.answered == 200) texts.push_back(std::string(m.body));
    return texts;
  }
  std::size_t unsettled() {
    std::size_t count = 0;
    for (int n = 1; n <= 3; ++n)
      for (auto const& row : with_store([n](sql::store& s) { return s.outbox_of(id(n)); }).value())
        count += !row.accepted_at && !row.failed_at;
    return count;
  }
};

TEST_F(Delivery, WhatWentOutOfTheSpoolIsNotSentAgainWhenTheDatabaseIsBack) {
  away(true);
  tell({"ops", "mail"}, "opened");
  tell({"ops", "mail"}, "of another", 2);
  EXPECT_TRUE(comes([&] { return taken(ops).size() == 2 && taken(mail).size() == 2; }));
  pass(2);
  away(false);
  pass(20);
  EXPECT_FALSE(kept->behind());
  EXPECT_THAT(taken(ops), SizeIs(2));
  EXPECT_THAT(taken(mail), SizeIs(2));
  EXPECT_EQ(unsettled(), 0u);
}

TEST_F(Delivery, WhatWentOutWhileTheDatabaseWasSlowIsNotSentAgain) {
  std::promise<void> go_on;
  ASSERT_TRUE(storage->run([&](sql::store&) { go_on.get_future().wait(); }));
  tell({"ops", "mail"}, "opened");
  clock.settle();
  worker->wake();
  clock.advance(4s);
  worker->wake();
  EXPECT_TRUE(happens([&] { return taken(ops).size() == 1 && taken(mail).size() == 1; }));
  go_on.set_value();
  pass(20);
  EXPECT_THAT(taken(ops), SizeIs(1));
  EXPECT_THAT(taken(mail), SizeIs(1));
  EXPECT_EQ(unsettled(), 0u);
}

TEST_F(Delivery, WhatTheDatabaseGaveOutIsNotSentAgainWhenItWentAwayBeforeTheAnswer) {
  away_when_told = true;
  tell({"ops"}, "opened");
  EXPECT_TRUE(happens([&] { return worker->counts().accepted == 1; }));
  pass(3);
  away(false);
  pass(5);
  pass(5, 1min);  // its lease has run out
  EXPECT_THAT(taken(ops), SizeIs(1));
  EXPECT_EQ(unsettled(), 0u);
}

TEST_F(Delivery, NobodyHearsThatItIsOverBeforeHearingThatItBegan) {
  ops.misbehave(503, 1000);
  tell({"ops"}, "opened");
  EXPECT_TRUE(happens([&] { return worker->counts().retried > 0; }));
  pass(3);
  away(true);
  tell({"ops"}, "resolved");
  pass(10);
  EXPECT_THAT(taken(ops), IsEmpty());
  ops.misbehave(503, 0);
  EXPECT_TRUE(comes([&] { return taken(ops).size() == 2; }));
  EXPECT_THAT(taken(ops), ElementsAre(HasSubstr("opened"), HasSubstr("resolved")))
      << "although the database holds the first, and is away";
  away(false);
  pass(20);
  EXPECT_THAT(taken(ops), SizeIs(2));
  EXPECT_EQ(unsettled(), 0u);
}

TEST_F(Delivery, TheFallbackIsToldOnceHoweverLongTheDatabaseIsAway) {
  ops.misbehave(503, 100'000);
  tell({"ops"}, "opened");
  EXPECT_TRUE(happens([&] { return worker->counts().retried > 0; }));
  pass(3);
  away(true);
  pass(30, 1min);
  EXPECT_THAT(taken(mail), SizeIs(1));
  away(false);
  pass(10, 1min);
  EXPECT_THAT(taken(mail), SizeIs(1));
  away(true);
  pass(5, 1min);
  EXPECT_THAT(taken(mail), ElementsAre(HasSubstr("opened")));
  EXPECT_GT(worker->counts().retried, 10u);
}

TEST_F(Delivery, WhatIsHeldInMemoryForWantOfDiskKeepsWhatFollowsWaiting) {
  kept = begin("small", {3000});
  away(true);
  tell({"ops"}, std::string(2000, '-') + "opened");
  tell({"ops"}, "resolved");
  pass(5);
  EXPECT_THAT(taken(ops), IsEmpty());
  away(false);
  pass(20);
  EXPECT_THAT(taken(ops), ElementsAre(HasSubstr("opened"), HasSubstr("resolved")));
}

TEST_F(Delivery, WhatTheDatabaseGaveOutIsNotSentAgainByTheNextProcessThatFindsItInTheSpool) {
  execute("ALTER TABLE banking_connector_metrics RENAME TO a3");
  sql::metric_row figure;
  figure.institution_id = "itau";
  figure.metric_type = "success_rate";
  kept->keep({.metrics = {figure}}, worth::figures);  // keeps the segment
  tell({"ops"}, "opened");
  EXPECT_TRUE(happens([&] { return worker->counts().accepted == 1; }));
  pass(3);
  EXPECT_EQ(unsettled(), 0u);
  away(true);
  kept.reset();
  kept = begin("spool");
  EXPECT_GT(kept->counts().waiting, 1u);
  pass(10);
  EXPECT_THAT(taken(ops), SizeIs(1));
}

TEST_F(Delivery, ADatabaseThatComesAndGoesMakesNothingBeSentTwiceOrNever) {
  std::vector<testing::Matcher<std::string>> all;
  for (int n = 0; n != 12; ++n) {
    away(n % 2 == 0);
    tell({"ops", "mail"}, fmt::format("news {:02}", n), 1 + n % 3);
    all.push_back(HasSubstr(fmt::format("news {:02}", n)));
    pass(n % 4);
  }
  EXPECT_TRUE(comes([&] { return taken(ops).size() == all.size() && taken(mail).size() == all.size(); }));
  pass(20);
  EXPECT_THAT(taken(ops), testing::UnorderedElementsAreArray(all));
  EXPECT_THAT(taken(mail), testing::UnorderedElementsAreArray(all));
  EXPECT_EQ(unsettled(), 0u);
}

}  // namespace
}  // namespace vendaval::monitor
