// From hours in a real database to an alert that says what it was held against.
#include "monitor/io/learner.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "monitor/history/figures.hpp"
#include "monitor/io/memory.hpp"
#include "monitor/io/watch.hpp"
#include "tests/monitor/calls.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;

monitor_settings with_a_following_rule(timeline const& calendar) {
  auto settings = test::watching_all_banks(calendar);
  rule r;
  r.name = "slower_than_usual";
  r.what = metric::latency_p95;
  r.usual = true;
  r.operations = {operation::retrieve};
  settings.rules.push_back(r);
  return settings;
}

struct Learner : test::MonitorIo {
  outbox_worker outbox{{io.get_executor(), clock, calendar, *storage, calls, log}, {}};
  watch watching{{io.get_executor(), clock, path, *storage, outbox, log}, with_a_following_rule(calendar), 250ms};
  learner lessons{{io.get_executor(), calendar, *storage, watching.state(), log}, {}};

  Learner() {
    watching.on_tick([this](time_point now) { lessons.tick(now); });
    asio::co_spawn(io, watching.run(), asio::detached);
  }
  /// `days` of hours before now, in which each of 100 calls of this operation took so long.
  void keep_hours(int days, operation what, duration took, bool injected = false) {
    sql::batch rows;
    auto const now = std::chrono::floor<std::chrono::hours>(calendar.at(clock.now()));
    for (int hour = 1; hour <= days * 24; ++hour) {
      figures f;
      for (int i = 0; i < 100; ++i)
        f.add(test::ended_at(clock.now() + 1h, {.what = what, .took = took, .injected = injected}));
      sql::history_row row;
      row.institution_id = "itau";
      row.grain = "hour";
      row.began_at = now - std::chrono::hours(hour);
      row.operation = name_of(what);
      write(f, row);
      rows.history.push_back(std::move(row));
    }
    ASSERT_TRUE(storage->submit(std::move(rows)));
    storage_settles();
  }
  /// What somebody else does to the database.
  void meanwhile(std::string const& statement) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(database.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  alert watched(monitor const& m) const {
    for (auto const& a : m.alerts())
      if (a.rule == "slower_than_usual" && a.institution == "itau") return a;
    return {};
  }
  void calls_take(duration took, int seconds) {
    for (int i = 0; i < seconds; ++i) {
      path.exchanges.push_back(test::ended_at(clock.now(), {.took = took}));
      clock.advance(1s);
    }
  }
  bool learned() {
    return happens([&] {
      clock.advance(250ms);
      return said.str().find("slower_than_usual follows itau") != std::string::npos;
    });
  }
};

TEST_F(Learner, TeachesFromTheHoursOfTheOperationsThatTheRuleIsAbout) {
  keep_hours(10, operation::retrieve, 400ms);
  keep_hours(10, operation::read, 9ms);
  ASSERT_TRUE(learned()) << said.str();
  EXPECT_THAT(said.str(), HasSubstr("p95 usual 40"));
  calls_take(2s, 60);
  auto const a = watched(watching.state());
  EXPECT_TRUE(a.firing);
  ASSERT_TRUE(a.why);
  EXPECT_THAT(a.why->sentence, HasSubstr("p95 usual 40"));
}

TEST_F(Learner, WhatItFiredForStandsInTheIncidentAndInTheLetterAndOutlivesTheProcess) {
  keep_hours(10, operation::retrieve, 400ms);
  ASSERT_TRUE(learned());
  calls_take(2s, 60);
  storage_settles();
  ASSERT_TRUE(happens([&] { return !watching.kept().behind(); }));
  auto const* incident = watching.state().open_incident("itau");
  ASSERT_TRUE(incident);
  ASSERT_FALSE(incident->notes.empty());
  EXPECT_THAT(incident->notes.back().text, HasSubstr("slower_than_usual: p95 de"));
  monitor next(with_a_following_rule(calendar));
  auto before = with_store([this](sql::store& s) { return memory_of(remembered_rows(s).value(), calendar); });
  next.restore(std::move(before), clock.now());
  ASSERT_TRUE(watched(next).why);
  EXPECT_EQ(watched(next).why->object, watched(watching.state()).why->object);
}

TEST_F(Learner, DoesNotTakeADrillForWhatIsUsual) {
  keep_hours(10, operation::retrieve, 30s, true);
  calls_take(400ms, 5);
  storage_settles();
  EXPECT_EQ(watched(watching.state()).state, alert_state::insufficient_data);
  EXPECT_THAT(said.str(), testing::Not(HasSubstr("follows itau")));
}

TEST_F(Learner, TriesAgainWhenTheDatabaseCouldNotBeRead) {
  keep_hours(10, operation::retrieve, 400ms);
  meanwhile("ALTER TABLE traffic_history RENAME TO gone");
  ASSERT_TRUE(happens([&] {
    clock.advance(250ms);
    return said.str().find("could not be read") != std::string::npos;
  }));
  meanwhile("ALTER TABLE gone RENAME TO traffic_history");
  clock.advance(1min);
  EXPECT_TRUE(learned()) << said.str();
}

TEST_F(Learner, LearnsAgainWithEveryHour) {
  keep_hours(10, operation::retrieve, 400ms);
  ASSERT_TRUE(learned());
  calls_take(2s, 60);
  auto const first = watched(watching.state()).why->object;
  clock.advance(1h);
  calls_take(400ms, 600);
  ASSERT_TRUE(happens([&] {
    calls_take(2s, 1);
    auto const a = watched(watching.state());
    return a.firing && a.why->object.find(iso8601(std::chrono::floor<std::chrono::hours>(calendar.at(clock.now())))) !=
                           std::string::npos;
  })) << first;
}

}  // namespace
}  // namespace vendaval::monitor
