#include "sql/storage_thread.hpp"

#include <gmock/gmock.h>

#include <future>
#include <latch>
#include <thread>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StorageThread : public Database {
 protected:
  sql::storage_thread start(std::size_t capacity = 4096, std::function<void(std::string)> on_trouble = [](auto) {}) {
    return sql::storage_thread(open_migrated(), {.capacity = capacity, .on_trouble = std::move(on_trouble)});
  }
  /// A job that holds the thread until the test lets go.
  struct gate {
    std::latch entered{1}, open{1};
    auto job() {
      return [this](sql::store&) {
        entered.count_down();
        open.wait();
      };
    }
  };
};
BOTH_DATABASES(StorageThread);

TEST_P(StorageThread, SaysWhenABatchIsDurable) {
  auto storage = start();
  std::promise<std::string> answer;
  ASSERT_TRUE(storage.submit({.runs = {a_run(1)}}, [&](sql::result<> done) {
    answer.set_value(done ? "durable: " + raw()->cell("SELECT count(*) FROM runs") : done.error());
  }));
  EXPECT_EQ(answer.get_future().get(), "durable: 1");
}

TEST_P(StorageThread, WorksOnAThreadOfItsOwn) {
  auto storage = start();
  std::promise<std::thread::id> who;
  ASSERT_TRUE(storage.run([&](sql::store&) { who.set_value(std::this_thread::get_id()); }));
  EXPECT_NE(who.get_future().get(), std::this_thread::get_id());
}

TEST_P(StorageThread, KeepsTheOrderOfBatchesAndJobs) {
  std::vector<std::int64_t> seen;
  {
    gate held;  // outlives the thread that waits in it
    auto storage = start();
    ASSERT_TRUE(storage.run(held.job()));
    for (int n = 1; n <= 3; ++n) {
      ASSERT_TRUE(storage.submit({.runs = {a_run(n)}}));
      ASSERT_TRUE(storage.run([&](sql::store& db) { seen.push_back(must(db.counts()).runs); }));
    }
    held.open.count_down();
  }
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
}

TEST_P(StorageThread, ABadBatchSpoilsOnlyItself) {
  std::vector<std::string> answers;
  {
    gate held;  // outlives the thread that waits in it
    auto storage = start();
    ASSERT_TRUE(storage.run(held.job()));  // so that all three wait together
    auto const note = [&](sql::result<> done) { answers.push_back(done ? "ok" : "refused"); };
    ASSERT_TRUE(storage.submit({.runs = {a_run(1)}}, note));
    ASSERT_TRUE(storage.submit({.runs = {a_run(2, "paused")}}, note));
    ASSERT_TRUE(storage.submit({.runs = {a_run(3)}}, note));
    held.open.count_down();
  }
  EXPECT_THAT(answers, ElementsAre("ok", "refused", "ok"));
  EXPECT_EQ(raw()->cell("SELECT count(*) FROM runs"), "2");
}

TEST_P(StorageThread, FullItRefusesAtOnceAndNeverAnswers) {
  int answered = 0;
  {
    gate held;  // outlives the thread that waits in it
    auto storage = start(2);
    ASSERT_TRUE(storage.run(held.job()));
    held.entered.wait();
    auto const count = [&](sql::result<>) { ++answered; };
    EXPECT_TRUE(storage.submit({.runs = {a_run(1)}}, count));
    EXPECT_TRUE(storage.submit({.runs = {a_run(2)}}, count));
    EXPECT_EQ(storage.waiting(), 2u);
    EXPECT_FALSE(storage.submit({.runs = {a_run(3)}}, count));
    EXPECT_FALSE(storage.run([](sql::store&) {}));
    held.open.count_down();
  }
  EXPECT_EQ(answered, 2);
}

TEST_P(StorageThread, FinishesWhatItTookBeforeItEnds) {
  int answered = 0;
  {
    auto storage = start();
    for (int n = 0; n < 200; ++n)
      ASSERT_TRUE(storage.submit({.runs = {a_run(n)}}, [&](sql::result<> done) { answered += done ? 1 : 0; }));
  }
  EXPECT_EQ(answered, 200);
  EXPECT_EQ(raw()->cell("SELECT count(*) FROM runs"), "200");
}

TEST_P(StorageThread, TakesNothingOnceItIsStopped) {
  auto storage = start();
  storage.stop();
  EXPECT_FALSE(storage.submit({.runs = {a_run(1)}}));
  storage.stop();  // twice is fine
}

TEST_P(StorageThread, WhatThrowsIsToldAndTheThreadGoesOn) {
  std::vector<std::string> told;
  bool went_on = false;
  {
    auto storage = start(4096, [&](std::string what) { told.push_back(std::move(what)); });
    ASSERT_TRUE(storage.run([](sql::store&) { throw std::runtime_error("in a job"); }));
    ASSERT_TRUE(storage.submit({}, [](sql::result<>) { throw std::runtime_error("in an answer"); }));
    ASSERT_TRUE(storage.run([](sql::store&) { throw 7; }));
    ASSERT_TRUE(storage.run([&](sql::store&) { went_on = true; }));
  }
  EXPECT_THAT(told, ElementsAre("in a job", "in an answer", HasSubstr("no std::exception")));
  EXPECT_TRUE(went_on);
}

TEST_P(StorageThread, ManyThreadsMaySubmit) {
  {
    auto storage = start();
    std::vector<std::thread> writers;
    for (int w = 0; w < 4; ++w)
      writers.emplace_back([&, w] {
        for (int n = 0; n < 50; ++n) EXPECT_TRUE(storage.submit({.audit = {an_act("arm", w * 100 + n)}}));
      });
    for (auto& writer : writers) writer.join();
  }
  auto db = open();
  EXPECT_EQ(must(db.counts()).audit, 200);
  EXPECT_EQ(must(db.verify_audit()), std::nullopt);
}

}  // namespace
}  // namespace vendaval::test
