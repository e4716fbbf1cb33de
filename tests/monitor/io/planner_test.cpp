// From the configuration to the report, through both databases.
#include "monitor/io/planner.hpp"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <future>

#include "monitor/history/rollup.hpp"
#include "monitor/io/history_reader.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::monitor {
namespace {

using test::must;
using testing::SizeIs;

/// Brasília's midnight at the beginning of a Monday.
constexpr wall_time monday{std::chrono::sys_days(std::chrono::year(2026) / 2 / 2) + 3h};

struct Planner : test::Database {
  std::unique_ptr<sql::storage_thread> storage = std::make_unique<sql::storage_thread>(open_migrated());

  std::unique_ptr<planner> begin(std::vector<maintenance_plan> plans) {
    return std::make_unique<planner>(
        planner::tools{*storage,
                       std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>()),
                       std::move(plans),
                       {"itau", "bb"}});
  }
  static maintenance_plan nightly(std::string bank) {
    maintenance_plan plan;
    plan.institutions = {std::move(bank)};
    plan.at = 2h;
    plan.lasts = 1h;
    return plan;
  }
  /// After everything that was handed to the storage thread.
  void through() {
    std::promise<void> done;
    ASSERT_TRUE(storage->run([&](sql::store&) { done.set_value(); }));
    done.get_future().wait();
  }
  sql::store settled() {
    storage.reset();
    return open();
  }
  /// An hour of minutes on the tenth day in which every call fails.
  void outage(wall_time from) {
    sql::batch rows;
    for (int i = 0; i != 60; ++i) {
      auto& row = rows.history.emplace_back();
      row.institution_id = "itau";
      row.operation = "retrieve";
      row.writer = "w1";
      row.began_at = from + std::chrono::minutes(i);
      row.counts.bad = row.counts.bank_bad = 1;
    }
    auto db = open();
    must(db.commit(rows));
    while (must(db.roll_up(500, rolling_up())) != 0) {
    }
  }
};
BOTH_DATABASES(Planner);

TEST_P(Planner, TheReportExcludesWhatTheCalendarAnnouncedInTimeAndListsTheRest) {
  begin({nightly("itau")})->tick(monday);
  outage(monday + 24h * 9 + 2h);
  auto db = settled();
  auto const report = must(read_sla(db, {24h * 30, percent{99.9}, {"itau"}}, monday + 24h * 10));
  ASSERT_THAT(report.maintenance, SizeIs(10));
  EXPECT_EQ(std::ranges::count(report.maintenance, true, &maintenance_ruling::excluded), 1);
  EXPECT_EQ(report.maintenance[0].why, "announced less than a week before");
  EXPECT_EQ(report.maintenance[7].why, "planned");
  EXPECT_EQ(report.maintenance[9].why, "the second of its month");
  EXPECT_EQ(report.lines[0].attributable.shares.without_drills.failed, 60) << "the second of its month";
}

TEST_P(Planner, AnOutageInTheExcludedWindowIsNotHeldAgainstTheBank) {
  begin({nightly("itau")})->tick(monday);
  outage(monday + 24h * 7 + 2h);
  auto db = settled();
  auto const report = must(read_sla(db, {24h * 30, percent{99.9}, {"itau"}}, monday + 24h * 10));
  EXPECT_EQ(report.lines[0].attributable.shares.without_drills.failed, 0);
}

TEST_P(Planner, AnotherConfigurationWithdrawsWhatLiesAheadAndLeavesThePast) {
  begin({nightly("itau")})->tick(monday);
  begin({nightly("bb")})->tick(monday + 24h * 10);
  auto db = settled();
  auto const all = must(db.maintenance(monday, monday + 24h * 365));
  EXPECT_EQ(std::ranges::count(all, "itau", &sql::maintenance_row::institution_id), 10);
  EXPECT_EQ(std::ranges::count(all, "bb", &sql::maintenance_row::institution_id), 35);
}

TEST_P(Planner, IsTriedAgainWhenTheDatabaseWouldNotTakeIt) {
  auto const one = begin({nightly("itau")});
  ASSERT_FALSE(raw()->run("ALTER TABLE maintenance_windows RENAME TO away"));
  one->tick(monday);
  through();
  ASSERT_FALSE(raw()->run("ALTER TABLE away RENAME TO maintenance_windows"));
  one->tick(monday + 10min);
  EXPECT_THAT(must(settled().maintenance(monday, monday + 24h * 365)), SizeIs(35));
}

}  // namespace
}  // namespace vendaval::monitor
