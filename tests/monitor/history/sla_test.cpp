#include "monitor/history/sla.hpp"

#include <gmock/gmock.h>

#include "monitor/history/series.hpp"
#include "monitor/history/views.hpp"

namespace vendaval::monitor {
namespace {

constexpr wall_time end{std::chrono::sys_days(std::chrono::year(2026) / 1 / 31)};

sql::history_sum sum(sql::history_counts counts, std::string operation = "retrieve", std::string bank = "itau") {
  return {std::move(bank), std::move(operation), counts};
}

sla_facts month(std::vector<sql::history_sum> whole) {
  sla_facts f;
  f.until = end;
  f.from = end - 24h * 30;
  f.institutions = {"itau"};
  f.whole = std::move(whole);
  return f;
}

TEST(Sla, TheTwoNumbersAndWhatDrillsDidToThem) {
  // 1000 calls: 40 failures, 30 of them injected, 10 genuine of which 4 are the bank's; 5 refused by the platform.
  auto const a = availability_of(std::vector{sum({.good = 960,
                                                  .bad = 40,
                                                  .neither = 9,
                                                  .injected_bad = 30,
                                                  .platform = 5,
                                                  .injected_platform = 2,
                                                  .bank_bad = 4})});
  EXPECT_EQ(a.end_to_end.with_drills.failed, 45);
  EXPECT_EQ(a.end_to_end.without_drills.failed, 13);
  EXPECT_EQ(a.attributable.without_drills.failed, 4);
  EXPECT_EQ(a.attributable.with_drills.failed, 34);
  EXPECT_EQ(a.attributable.without_drills.good, 960);
}

TEST(Sla, ReadsOfStoredDataSayNothingAboutTheBank) {
  auto const a =
      availability_of(std::vector{sum({.good = 9000}, "read"), sum({.good = 10, .bad = 90, .bank_bad = 90})});
  EXPECT_NEAR(a.attributable.without_drills.value()->value, 10, 1e-9);
  EXPECT_GT(a.end_to_end.without_drills.value()->value, 98);
  EXPECT_FALSE(a.every_operation);
  EXPECT_TRUE(availability_of(std::vector{sum({.good = 1}, "read")}).every_operation);
}

TEST(Sla, ProbesAreSeenOnQuietNightsAndAreNoCallsOfTheApp) {
  auto const a = availability_of(std::vector{sum({.probes_good = 90, .probes_bad = 10})});
  EXPECT_EQ(a.attributable.without_drills.value()->value, 90);
  EXPECT_FALSE(a.end_to_end.without_drills.value());
}

TEST(Sla, ThirtyDaysAtThreeNinesLeaveRoomFor43MinutesAnd12Seconds) {
  auto const r = judge(month({sum({.good = 99'950, .bad = 50, .bank_bad = 50})}));
  auto const& side = r.lines.at(0).attributable;
  EXPECT_EQ(side.budget.allowed, 43min + 12s);
  EXPECT_EQ(side.budget.used, 21min + 36s);
  EXPECT_EQ(side.budget.allowed_failures, 100);
  EXPECT_EQ(side.budget.failures, 50);
  EXPECT_NEAR(side.budget.left, 0.5, 1e-9);
  EXPECT_EQ(side.met, true);
  auto week = month({});
  week.from = end - 24h * 7;
  EXPECT_EQ(judge(week).lines.at(0).attributable.budget.allowed, 604'800ms);
}

TEST(Sla, JudgesWithoutDrillsAndNothingWithoutCalls) {
  auto const r = judge(month({sum({.good = 500, .bad = 500, .injected_bad = 500})}));
  EXPECT_EQ(r.lines[0].attributable.met, true);
  EXPECT_NEAR(r.lines[0].attributable.shares.with_drills.value()->value, 50, 1e-9);
  auto const none = judge(month({}));
  EXPECT_EQ(none.lines[0].attributable.met, std::nullopt);
  EXPECT_EQ(none.lines[0].attributable.fast.long_rate, std::nullopt);
}

TEST(Sla, ExcludedMaintenanceIsTakenOffCallsAndTime) {
  auto f = month({sum({.good = 1000, .bad = 100, .bank_bad = 100})});
  sql::maintenance_row const window{"", "itau", end - 24h * 5 + 5h, end - 24h * 5 + 8h, end - 24h * 15, "", ""};
  f.maintenance = {{window, true, "planned"}};
  f.excluded["itau"] = {sum({.good = 5, .bad = 100, .bank_bad = 100})};
  auto const r = judge(f);
  EXPECT_EQ(r.lines[0].attributable.shares.without_drills.failed, 0);
  EXPECT_EQ(r.lines[0].attributable.shares.without_drills.good, 995);
  EXPECT_EQ(r.lines[0].attributable.budget.allowed, duration(24h * 30 - 3h) / 1000);
  EXPECT_EQ(r.maintenance.size(), 1u);
}

TEST(Sla, APairBurnsWhenBothItsWindowsDo) {
  auto f = month({sum({.good = 100'000})});
  auto const bad = [](std::int64_t failed) {
    return std::vector{sum({.good = 1000 - failed, .bad = failed, .bank_bad = failed})};
  };
  f.recent = {bad(15), bad(15), bad(15), bad(5)};  // 15 of 1000 is 15 times what 99.9 % allows
  auto const side = judge(f).lines[0].attributable;
  EXPECT_NEAR(*side.fast.long_rate, 15, 1e-6);
  EXPECT_TRUE(side.fast.burning());
  EXPECT_FALSE(side.slow.burning()) << "6 hours at 5 times";
  f.recent[0] = bad(0);
  EXPECT_FALSE(judge(f).lines[0].attributable.fast.burning()) << "it is over";
}

TEST(Sla, NothingBurnsInExcludedMaintenance) {
  auto f = month({sum({.good = 100'000})});
  auto const failing = std::vector{sum({.bad = 100, .bank_bad = 100})};
  for (std::size_t i = 0; i != burn_windows.size(); ++i) {
    f.recent[i] = failing;
    f.excluded_recently[i]["itau"] = failing;
  }
  f.recent[3] = {sum({.good = 900, .bad = 100, .bank_bad = 100})};
  auto const line = judge(f).lines[0];
  for (auto const* const side : {&line.attributable, &line.end_to_end}) {
    EXPECT_FALSE(side->fast.burning());
    EXPECT_FALSE(side->slow.burning());
    EXPECT_EQ(side->fast.short_rate, std::nullopt) << "no call is left to judge by";
    EXPECT_EQ(side->slow.long_rate, 0.0);
  }
  f.excluded_recently[0]["itau"] = {sum({.bad = 120, .bank_bad = 120})};  // counted after what it is taken off
  EXPECT_EQ(judge(f).lines[0].attributable.fast.short_rate, std::nullopt);
}

TEST(Sla, SaysWhenCallsAreTooFewForRates) {
  EXPECT_TRUE(judge(month({sum({.good = 29'000})})).lines[0].few_calls);
  EXPECT_FALSE(judge(month({sum({.good = 30'000})})).lines[0].few_calls);
}

TEST(Sla, JsonSaysNullWhereThereIsNothingToSay) {
  auto const shown = to_json(judge(month({})));
  auto const& line = shown.at("institutions").at(0);
  EXPECT_TRUE(line.at("attributable").at("met").is_null());
  EXPECT_TRUE(line.at("end_to_end").at("without_drills").at("percent").is_null());
  EXPECT_EQ(line.at("attributable").at("budget").at("allowed_ms").to_number<double>(), 2'592'000);
}

TEST(Series, OnePointABucketWithPercentilesOfTheMergedSketches) {
  EXPECT_EQ(grain_for(24h), "minute");
  EXPECT_EQ(grain_for(24h * 7), "hour");
  EXPECT_EQ(grain_for(24h * 90), "day");
  std::vector<sql::history_row> rows(3);
  for (std::size_t i = 0; i != 3; ++i) {
    rows[i].began_at = end + std::chrono::hours(i / 2);
    rows[i].operation = i == 0 ? "link" : "read";
    figures f;
    f.counts.good = 10;
    for (int n = 0; n != 10; ++n) f.latencies.add(i == 0 ? 100ms : 900ms);
    write(f, rows[i]);
  }
  auto const points = points_of(rows);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].all.counts.good, 20);
  EXPECT_EQ(points[0].shares.attributable.without_drills.good, 10);
  EXPECT_NEAR(std::chrono::duration<double>(*points[0].all.latencies.quantile(0.25)).count(), 0.1, 0.001);
  EXPECT_NEAR(std::chrono::duration<double>(*points[0].all.latencies.quantile(0.95)).count(), 0.9, 0.009);
  EXPECT_EQ(to_json(series{"itau", "hour", end, end, points}).at("points").as_array().size(), 2u);
}

}  // namespace
}  // namespace vendaval::monitor
