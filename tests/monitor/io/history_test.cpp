// From exchanges to a report, through both databases.
#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <atomic>
#include <future>

#include "monitor/history/figures.hpp"
#include "monitor/history/rollup.hpp"
#include "monitor/io/history_reader.hpp"
#include "monitor/io/history_writer.hpp"
#include "tests/monitor/calls.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::monitor {
namespace {

using test::must;

/// Brasília's midnight.
constexpr wall_time midnight{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 3h};

struct HistoryIo : test::Database {
  sql::storage_thread storage{open_migrated()};
  timeline calendar{time_point(0s), midnight};
  std::atomic<int> asked{0}, steps_before_something_waits{1'000'000};
  std::unique_ptr<history_writer> writer = begin("w1");

  std::unique_ptr<history_writer> begin(std::string name) {
    return std::make_unique<history_writer>(history_writer::tools{
        storage, calendar, std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>()),
        [this](sql::batch rows) { EXPECT_TRUE(storage.submit(std::move(rows))); }, std::move(name),
        [this] { return ++asked > steps_before_something_waits; }});
  }
  /// One call a minute for every bank, from `from` on; `fails` decides which fail.
  template <class Fails>
  void days(time_point from, time_point until, Fails fails) {
    for (auto t = from; t < until; t += 1min) {
      for (auto const* const bank : {"itau", "bb"})
        writer->observe(
            test::ended_at(t + 1s, {.bank = bank, .result = fails(bank, t) ? outcome::institution_down : outcome::ok}));
      writer->tick(t + 6s);
      writer->caught_up();
    }
    writer->tick(until + 6s);
    writer->caught_up();
  }
  /// After everything that was handed to the storage thread, and what that handed on.
  sql::store settled() {
    storage.stop();
    auto db = open();
    while (must(db.roll_up(500, rolling_up())) != 0) {
    }
    return db;
  }
};
BOTH_DATABASES(HistoryIo);

TEST_P(HistoryIo, AnOutageOfAnHourIsSeenInEveryWindowThatHoldsIt) {
  days(time_point(0s), time_point(8h), [](std::string_view bank, time_point t) {
    return bank == std::string_view("itau") && t >= time_point(3h) && t < time_point(4h);
  });
  auto db = settled();
  auto const report = must(read_sla(db, {24h * 7, percent{99.9}, {"itau", "bb", "caixa"}}, midnight + 8h));
  ASSERT_EQ(report.lines.size(), 3u);
  EXPECT_EQ(report.lines[0].attributable.shares.without_drills.failed, 60);
  EXPECT_EQ(report.lines[0].attributable.shares.without_drills.good, 420);
  EXPECT_EQ(report.lines[0].attributable.met, false);
  EXPECT_EQ(report.lines[1].attributable.met, true);
  EXPECT_EQ(report.lines[2].attributable.met, std::nullopt);
  auto const late = must(read_sla(db, {24h, percent{99.9}, {"itau"}}, midnight + 4h - 1min));
  EXPECT_TRUE(late.lines[0].attributable.fast.burning());
}

TEST_P(HistoryIo, MaintenanceIsExcludedToTheMinute) {
  days(time_point(0s), time_point(8h),
       [](auto, time_point t) { return t >= time_point(2h + 10min) && t < time_point(3h + 5min); });
  must(open().commit(
      {.maintenance = {
           {"", "itau", midnight + 2h + 10min, midnight + 3h + 5min, midnight - 24h * 8, "versão nova", "ana"},
           {"", "bb", midnight + 2h + 10min, midnight + 3h + 5min, midnight - 24h, "pressa", "ana"}}}));
  auto db = settled();
  auto const report = must(read_sla(db, {24h * 30, percent{99.9}, {"itau", "bb"}}, midnight + 8h));
  EXPECT_EQ(report.lines[0].attributable.shares.without_drills.failed, 0);
  EXPECT_EQ(report.lines[0].attributable.shares.without_drills.good, 425);
  EXPECT_EQ(report.lines[1].attributable.shares.without_drills.failed, 55);
  ASSERT_EQ(report.maintenance.size(), 2u);
}

TEST_P(HistoryIo, NothingBurnsDuringExcludedMaintenance) {
  days(time_point(0s), time_point(4h), [](auto, time_point t) { return t >= time_point(2h); });
  must(open().commit(
      {.maintenance = {{"", "itau", midnight + 2h, midnight + 5h, midnight - 24h * 8, "versão nova", "ana"}}}));
  auto db = settled();
  auto const report = must(read_sla(db, {24h * 30, percent{99.9}, {"itau", "bb"}}, midnight + 4h));
  auto const& away = report.lines[0].attributable;
  EXPECT_FALSE(away.fast.burning());
  EXPECT_FALSE(away.slow.burning());
  EXPECT_EQ(away.fast.long_rate, std::nullopt);
  EXPECT_EQ(away.slow.long_rate, 0.0) << "what was before it still counts";
  EXPECT_TRUE(report.lines[1].attributable.fast.burning()) << "nobody announced anything of this one";
}

TEST_P(HistoryIo, WhoCalledIsKnownByMinuteAndByDay) {
  for (auto t = time_point(0s); t < time_point(2h); t += 1min) {
    for (std::uint64_t client : {1u, 1u, 2u}) {
      if (client == 2 && t >= time_point(1h)) continue;
      auto x = test::ended_at(t + 1s, {.result = client == 2 ? outcome::timeout : outcome::ok});
      x.client = client;
      writer->observe(x);
    }
    writer->tick(t + 6s);
  }
  writer->tick(time_point(2h) + 6s);
  auto db = settled();
  for (auto const window : {duration(24h), duration(24h * 90)}) {
    auto const who = by_client(must(read_series(db, {window, "itau"}, midnight + 3h)));
    ASSERT_EQ(who.size(), 2u);
    EXPECT_EQ(who[0].client, "0000000000000001");
    EXPECT_EQ(who[0].all, (client_calls{240, 0}));
    EXPECT_EQ(who[1].all, (client_calls{60, 60}));
    EXPECT_EQ(who[1].points.size(), window == duration(24h) ? 60u : 1u);
  }
}

TEST_P(HistoryIo, AnEndInTheMiddleOfAMinuteLosesNothingAndAStartInItCountsNothingTwice) {
  writer->observe(test::ended_at(time_point(10s)));
  writer->finish();
  writer = begin("w2");
  writer->observe(test::ended_at(time_point(40s)));
  writer->tick(time_point(66s));
  auto db = settled();
  auto const s = must(read_series(db, {1h, "itau"}, midnight + 2min));
  ASSERT_EQ(s.points.size(), 1u);
  EXPECT_EQ(s.points[0].all.counts.good, 2);
  EXPECT_EQ(s.points[0].all.latencies.count(), 2u);
  EXPECT_EQ(must(read_series(db, {24h * 90, "itau"}, midnight + 2min)).points.at(0).all.counts.good, 2);
}

TEST_P(HistoryIo, OldMinutesGoByThemselvesAndHoursStay) {
  days(time_point(0s), time_point(10min), [](auto, auto) { return false; });
  days(time_point(49h), time_point(49h + 2min), [](auto, auto) { return false; });
  storage.stop();
  auto db = open();
  EXPECT_EQ(must(db.history("itau", {"minute", midnight, midnight + 1h})).size(), 0u);
  EXPECT_EQ(must(db.history("itau", {"hour", midnight, midnight + 1h})).at(0).counts.good, 10);
}

TEST_P(HistoryIo, OldRowsWaitForWhatIsToBeWritten) {
  std::vector<sql::history_row> old;
  for (int n = 0; n != 5 * history_writer::step; ++n) {
    sql::history_row minute;
    minute.institution_id = "itau";
    minute.operation = "retrieve";
    minute.writer = "w0";
    minute.began_at = midnight - 72h + std::chrono::minutes(n);
    write(figures(), minute);
    old.push_back(std::move(minute));
  }
  must(open().commit({.history = old}));
  auto const left = [&] {
    std::promise<void> through;
    for (int n = 0; n != 20; ++n)  // each step hands on the next
      EXPECT_TRUE(storage.run([&, n](sql::store&) {
        if (n == 19) through.set_value();
      }));
    through.get_future().wait();
    return must(open().history("itau", {"minute", midnight - 96h, midnight})).size();
  };
  steps_before_something_waits = 6;  // all of it is rolled up by then, and not all is let go
  writer->tick(time_point(1h));
  writer->caught_up();
  for (int i = 0; i != 100 && asked <= 6; ++i) left();
  auto const waiting = left();
  EXPECT_GT(waiting, 0u);
  EXPECT_LT(waiting, old.size());
  EXPECT_EQ(asked.load(), 7) << "nothing goes on by itself";
  steps_before_something_waits = 1'000'000;
  writer->caught_up();
  for (int i = 0; i != 100 && asked < 12; ++i) left();
  EXPECT_EQ(left(), 0u);
}

}  // namespace
}  // namespace vendaval::monitor
