// What is kept, whatever becomes of the database: both of them, and a PostgreSQL that is really killed.
#include "monitor/io/keeper.hpp"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include <future>
#include <sstream>

#include "tests/sql/support/database.hpp"
#include "tests/support/fake_clock.hpp"

namespace vendaval::monitor {
namespace {

using test::a_metric;
using test::a_notification;
using test::an_incident;
using test::at;
using test::id;
using test::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Keeper : test::Database {
  asio::io_context io{1};
  test::fake_clock clock{io};
  test::temporary_folder disk;
  std::ostringstream said;
  std::shared_ptr<spdlog::logger> log =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said));
  std::unique_ptr<sql::storage_thread> storage = std::make_unique<sql::storage_thread>(open_migrated());
  std::unique_ptr<keeper> kept = begin();
  int safe = 0, written = 0;

  std::unique_ptr<keeper> begin(bytes limit = {1u << 20}) {
    auto made = std::make_unique<keeper>(
        keeper::tools{io.get_executor(), clock, *storage, log},
        std::make_unique<spool>(spool::settings{.folder = disk / "spool", .limit = limit, .segment = {4096}}));
    made->on_written([this] { ++written; });
    return made;
  }
  void keep(int n, std::string status = "open") {
    kept->keep({.incidents = {an_incident(n, status)}, .outbox = {a_notification("k" + std::to_string(n), id(n))}},
               worth::must, [this] { ++safe; });
  }
  void storage_rests() {
    std::promise<void> through;
    if (storage->run([&](sql::store&) { through.set_value(); })) through.get_future().wait();
  }
  /// Until the database has answered, and some seconds have passed.
  void settle(int seconds = 6) {
    for (int i = 0; i != seconds * 4; ++i) {
      if (kept) kept->tick();
      storage_rests();
      clock.advance(250ms);
    }
  }
  void away(bool gone) {
    auto const* const text =
        gone ? "ALTER TABLE banking_incidents RENAME TO away" : "ALTER TABLE away RENAME TO banking_incidents";
    ASSERT_FALSE(raw()->run(text));
  }
};
BOTH_DATABASES(Keeper);

TEST_P(Keeper, WritesInOrderAndLeavesNothingInTheSpool) {
  for (int n = 1; n <= 20; ++n) keep(n);
  settle();
  EXPECT_EQ(safe, 20);
  EXPECT_EQ(written, 20);
  EXPECT_FALSE(kept->behind());
  EXPECT_EQ(kept->counts().spooled.count, 0u);
  EXPECT_EQ(must(open().counts()).incidents, 20);
}

TEST_P(Keeper, WhatTheDatabaseWillNotTakeNowIsSafeAtOnceAndArrivesInOrderOnceWhenItIsBack) {
  away(true);
  for (int n = 1; n <= 5; ++n) keep(1, n == 5 ? "resolved" : "investigating");
  keep(2);
  settle();
  EXPECT_EQ(safe, 6) << "people can be told";
  EXPECT_EQ(written, 0);
  EXPECT_TRUE(kept->counts().trouble);
  EXPECT_GT(kept->counts().spooled.count, 0u);
  away(false);
  settle();
  EXPECT_EQ(must(open().incident(id(1)))->status, "resolved");
  EXPECT_EQ(must(open().counts()).incidents, 2);
  EXPECT_EQ(must(open().counts()).outbox_waiting, 2);
  EXPECT_FALSE(kept->counts().trouble);
  EXPECT_FALSE(kept->behind());
}

TEST_P(Keeper, ADatabaseThatSaysNothingIsInTroubleUntilItAnswers) {
  std::promise<void> lets_go;
  ASSERT_TRUE(storage->run([held = lets_go.get_future().share()](sql::store&) { held.wait(); }));
  keep(1);
  clock.advance(9s);
  kept->tick();
  EXPECT_FALSE(kept->counts().trouble);
  clock.advance(1s);
  kept->tick();
  EXPECT_TRUE(kept->counts().trouble);
  EXPECT_EQ(safe, 1) << "it is in the spool";
  lets_go.set_value();
  settle();
  EXPECT_FALSE(kept->counts().trouble);
  EXPECT_EQ(must(open().counts()).incidents, 1);
}

TEST_P(Keeper, ANewProcessWritesWhatTheKilledOneHadSpooled) {
  away(true);
  for (int n = 1; n <= 5; ++n) keep(n);
  settle(2);
  kept.reset();
  away(false);
  kept = begin();
  EXPECT_EQ(kept->notifications().waiting(), 5u);
  settle();
  EXPECT_EQ(must(open().counts()).incidents, 5);
  EXPECT_THAT(said.str(), HasSubstr("5 batches that an earlier process left"));
}

TEST_P(Keeper, WhatANewProcessFindsKeepsItsOrderStatesAmongIncidents) {
  auto const state = [this](std::string value) {
    kept->keep({.states = {{"alert/itau/errors_high", std::move(value), at()}}}, worth::must);
  };
  away(true);
  state(R"({"state": "pending"})");
  keep(1);
  state(R"({"state": "firing"})");
  kept->keep({.metrics = {a_metric(1)}}, worth::figures);
  settle(2);
  kept.reset();
  kept = begin();
  auto const found = kept->take_found();
  ASSERT_EQ(found.size(), 3u) << "figures are nothing to go on with";
  EXPECT_THAT(found[0].states[0].value, HasSubstr("pending"));
  EXPECT_EQ(found[1].incidents[0].id, id(1));
  EXPECT_THAT(found[2].states[0].value, HasSubstr("firing"));
  EXPECT_THAT(kept->take_found(), IsEmpty());
  away(false);
  settle();
  EXPECT_THAT(must(open().monitor_states()).at(0).value, HasSubstr("firing"));
}

TEST_P(Keeper, ANotificationSentFromTheSpoolIsAcceptedInTheDatabaseAndNeverSentAgain) {
  away(true);
  keep(1);
  keep(2);
  settle(2);
  auto const claimed = kept->notifications().claim(at(), 90s, 8);
  ASSERT_EQ(claimed.size(), 2u);
  kept->accepted(claimed[0].id, at(5'000));
  kept->notifications().retry(claimed[1].id, "the receiver answered 503", at(60'000));
  kept.reset();
  kept = begin();  // killed and started again, and the database is still away
  EXPECT_THAT(kept->notifications().claim(at(10'000), 90s, 8), testing::SizeIs(1));
  away(false);
  settle();
  auto db = open();
  EXPECT_EQ(must(db.outbox_of(id(1))).at(0).accepted_at, at(5'000));
  EXPECT_EQ(must(db.claim(at(10'000), 90s, 8)).at(0).dedup_key, "k2");
}

TEST_P(Keeper, WhatFollowsAMessageSentFromTheSpoolFindsItBeforeAndAfterTheDatabaseIsBack) {
  auto const of_incident = [](std::string key) {
    auto row = a_notification(std::move(key), id(1));
    row.channel = "slack";
    return row;
  };
  away(true);
  kept->keep({.incidents = {an_incident(1)}, .outbox = {of_incident("opened")}}, worth::must);
  settle(2);
  kept->accepted(kept->notifications().claim(at(), 90s, 8).at(0).id, at(5'000), "C1 1768.1");
  kept->keep({.incidents = {an_incident(1)}, .outbox = {of_incident("updated")}}, worth::must);
  for (auto const* const when : {"in the same process", "in the next one"}) {
    auto const next = kept->notifications().claim(at(100'000), 1s, 8);
    ASSERT_EQ(next.size(), 1u) << when;
    EXPECT_EQ(next[0].reference, "C1 1768.1") << when;
    kept.reset();
    kept = begin();
  }
  away(false);
  settle();
  auto const stored = must(open().claim(at(200'000), 90s, 8));
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].dedup_key, "updated");
  EXPECT_EQ(stored[0].reference, "C1 1768.1") << "from the database alone";
}

TEST_P(Keeper, ARowThatTheDatabaseNeverAcceptsHoldsUpNothing) {
  auto odd = an_incident(1);
  odd.severity = "urgent";
  kept->keep({.incidents = {odd}}, worth::must);
  keep(2);
  auto no_id = an_incident(3);
  no_id.id = "three";
  kept->keep({.incidents = {no_id}}, worth::must);
  settle(700);
  EXPECT_EQ(must(open().counts()).incidents, 1);
  EXPECT_EQ(kept->counts().refused, 2u);
  EXPECT_THAT(said.str(), HasSubstr("given up"));
  EXPECT_EQ(kept->counts().spooled.count, 0u);
}

/// The database comes back after so many answers, wherever the keeper is by then.
TEST_P(Keeper, WhenTheDatabaseComesBackInTheMiddleOfAnAttemptNothingOldIsWrittenOverWhatIsNew) {
  for (int answers = 0; answers != 12; ++answers) {
    auto const n = answers + 1;
    auto const key = "k" + std::to_string(n);
    away(true);
    keep(n);
    kept->keep({.outbox_marks = {{key, at(), ""}}}, worth::must);
    keep(100 + n);
    keep(n, "resolved");
    for (int i = 0; i != answers; ++i) {
      storage_rests();
      io.restart();
      io.poll_one();  // one answer, and what follows from it
      if (i % 3 == 2) clock.advance(1s), kept->tick();
    }
    storage_rests();
    away(false);
    settle(12);
    EXPECT_EQ(must(open().incident(id(n)))->status, "resolved") << answers;
    EXPECT_EQ(must(open().outbox_of(id(n))).at(0).accepted_at, at()) << answers;
  }
  EXPECT_EQ(kept->counts().refused, 0u);
}

TEST_P(Keeper, ADatabaseThatComesBackForAMomentTimeAndAgainMakesNothingBeGivenUp) {
  away(true);
  for (int n = 1; n <= 10; ++n) keep(n);
  for (int round = 0; round != 6; ++round) {
    settle(6);
    away(false);
    kept->tick();
    clock.advance(1s);
    kept->tick();
    storage_rests();
    away(true);
  }
  settle(6);
  EXPECT_EQ(kept->counts().refused, 0u) << said.str();
  away(false);
  settle(12);
  EXPECT_EQ(must(open().counts()).incidents, 10);
  EXPECT_EQ(must(open().counts()).outbox_waiting, 10);
}

TEST_P(Keeper, TroubleWithOneTableIsNoFaultOfWhatIsToBeWrittenThere) {
  ASSERT_FALSE(raw()->run("ALTER TABLE outbox RENAME TO away"));
  keep(1);
  keep(2);
  settle(30);
  EXPECT_EQ(kept->counts().refused, 0u);
  ASSERT_FALSE(raw()->run("ALTER TABLE away RENAME TO outbox"));
  settle(6);
  EXPECT_EQ(must(open().counts()).incidents, 2);
}

TEST_P(Keeper, FiguresThatCanBeWrittenDoNotMakeAnIncidentBeGivenUp) {
  away(true);
  keep(1);
  for (int n = 0; n != 20; ++n) {
    kept->keep({.metrics = {a_metric(n)}}, worth::figures);
    settle(1);
  }
  EXPECT_EQ(must(open().recent_metrics({}, 50)).size(), 20u);
  away(false);
  settle();
  EXPECT_EQ(must(open().counts()).incidents, 1);
  EXPECT_EQ(kept->counts().refused, 0u);
}

TEST_P(Keeper, AFullSpoolLosesFiguresAndCountsThemAndKeepsIncidents) {
  kept.reset();
  kept = begin({8'000});
  away(true);
  keep(0);
  settle(1);
  ASSERT_FALSE(raw()->run("ALTER TABLE banking_connector_metrics RENAME TO metrics_away"));
  for (int n = 0; n != 100; ++n) kept->keep({.metrics = {a_metric(n)}}, worth::figures);
  auto const lost = kept->counts().lost;
  EXPECT_GT(lost, 0u);
  for (int n = 1; n != 40; ++n) keep(n);
  EXPECT_EQ(kept->counts().lost, lost) << "what the spool has no room for is held in memory";
  EXPECT_LE(kept->counts().spooled.count, 8'000u);
  EXPECT_THAT(said.str(), HasSubstr("full"));
  away(false);
  ASSERT_FALSE(raw()->run("ALTER TABLE metrics_away RENAME TO banking_connector_metrics"));
  for (int i = 0; i != 100 && kept->behind(); ++i) settle(1);
  EXPECT_EQ(must(open().counts()).incidents, 40);
  EXPECT_EQ(must(open().counts()).metrics, static_cast<std::int64_t>(100 - lost));
  EXPECT_EQ(safe, 40);
}

TEST_P(Keeper, AtTheEndItHandsOverAllThatWaits) {
  for (int n = 1; n <= 8; ++n) keep(n);
  kept->hand_over();
  storage->stop();
  EXPECT_EQ(must(open().counts()).incidents, 8);
}

// SIGKILL for the whole server, twice, while incidents come in; and what was in flight may or may not be committed.
TEST(KeeperAndPostgres, NothingIsLostAndNothingComesTwiceWhenTheServerIsKilled) {
  auto const server = test::postgres_server::of_our_own();
  auto const url = server->new_database();
  asio::io_context io{1};
  test::fake_clock clock{io};
  test::temporary_folder disk;
  auto store = sql::store::open(url);
  ASSERT_TRUE(store) << store.error();
  ASSERT_TRUE(store->migrate());
  sql::storage_thread storage(std::move(*store));
  auto const log = std::make_shared<spdlog::logger>("test");
  keeper kept({io.get_executor(), clock, storage, log},
              std::make_unique<spool>(spool::settings{.folder = disk / "spool"}));
  int safe = 0;
  auto const some = [&](int from, int until) {
    for (int n = from; n != until; ++n)
      kept.keep({.incidents = {an_incident(n)}, .outbox = {a_notification("k" + std::to_string(n), id(n))}},
                worth::must, [&] { ++safe; });
  };
  auto const settle = [&](int rounds) {
    for (int i = 0; i != rounds; ++i) {
      kept.tick();
      std::promise<void> through;
      if (storage.run([&](sql::store&) { through.set_value(); })) through.get_future().wait();
      clock.advance(1100ms);
    }
  };
  for (int round = 0; round != 2; ++round) {
    some(round * 100, round * 100 + 50);
    server->kill();
    some(round * 100 + 50, round * 100 + 100);
    settle(3);
    EXPECT_EQ(safe, 100 * (round + 1)) << "while the server is gone";
    EXPECT_TRUE(kept.behind());
    server->start_again();
    for (int i = 0; i != 500 && kept.behind(); ++i) settle(1);
    EXPECT_FALSE(kept.behind());
  }
  storage.stop();
  auto again = must(sql::store::open(url));
  EXPECT_EQ(must(again.counts()).incidents, 200);
  EXPECT_EQ(must(again.counts()).outbox_waiting, 200);
  EXPECT_EQ(kept.counts().refused, 0u);
}

}  // namespace
}  // namespace vendaval::monitor
