#include "monitor/history/maintenance.hpp"

#include <gmock/gmock.h>

namespace vendaval::monitor {
namespace {

/// Brasília's clock, in January 2026.
wall_time brasilia(int day, int hour, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(2026) / 1 / day) + std::chrono::hours(hour + 3) +
         std::chrono::minutes(minute);
}

sql::maintenance_row window(wall_time from, wall_time until, std::string bank = "itau") {
  return {"", std::move(bank), from, until, from - 24h * 8, "versão nova", "statuspage"};
}

std::string ruling(sql::maintenance_row w) { return rule_on({std::move(w)}).at(0).why; }

TEST(Maintenance, ThreeHoursOfANightAnnouncedAWeekBeforeAreExcluded) {
  auto const ruled = rule_on({window(brasilia(20, 1), brasilia(20, 4))});
  EXPECT_TRUE(ruled[0].excluded);
  EXPECT_EQ(ruled[0].why, "planned");
  EXPECT_EQ(ruling(window(brasilia(20, 4), brasilia(20, 7))), "planned");
}

TEST(Maintenance, WhatBreaksThePartsOfTheRuleIsHeldAgainstTheBank) {
  EXPECT_EQ(ruling(window(brasilia(20, 1), brasilia(20, 4, 1))), "longer than 3 hours");
  EXPECT_EQ(ruling(window(brasilia(20, 0, 59), brasilia(20, 3))), "not between 01:00 and 07:00 in Brasília");
  EXPECT_EQ(ruling(window(brasilia(20, 5), brasilia(20, 7, 1))), "not between 01:00 and 07:00 in Brasília");
  EXPECT_EQ(ruling(window(brasilia(20, 14), brasilia(20, 15))), "not between 01:00 and 07:00 in Brasília");
  auto late = window(brasilia(20, 2), brasilia(20, 3));
  late.announced_at = late.from - 24h * 7 + 1min;
  EXPECT_EQ(ruling(late), "announced less than a week before");
  EXPECT_FALSE(rule_on({late})[0].excluded);
}

TEST(Maintenance, OnlyTheFirstOfAMonthIsExcludedForEachBank) {
  auto const ruled =
      rule_on({window(brasilia(27, 2), brasilia(27, 3)), window(brasilia(20, 2), brasilia(20, 3)),
               window(brasilia(27, 2), brasilia(27, 3), "bb"), window(brasilia(31, 23) + 4h, brasilia(31, 23) + 5h)});
  ASSERT_EQ(ruled.size(), 4u);
  EXPECT_TRUE(ruled[0].excluded);
  EXPECT_EQ(ruled[0].window.from, brasilia(20, 2));
  EXPECT_TRUE(ruled[1].excluded) << "of another bank";
  EXPECT_EQ(ruled[2].why, "the second of its month");
  EXPECT_TRUE(ruled[3].excluded) << "in February";
}

TEST(Maintenance, OneThatBreaksTheRuleDoesNotUseUpItsMonth) {
  auto const ruled = rule_on({window(brasilia(10, 14), brasilia(10, 15)), window(brasilia(20, 2), brasilia(20, 3))});
  EXPECT_FALSE(ruled[0].excluded);
  EXPECT_TRUE(ruled[1].excluded);
}

TEST(Maintenance, IsToldWindowByWindowWhereItIsExcludedAndTogetherWhereItIsNot) {
  std::vector<sql::maintenance_row> all;
  for (int day = 3; day <= 31; day += 7) all.push_back(window(brasilia(day, 2), brasilia(day, 3)));
  EXPECT_THAT(told(rule_on(all)),
              testing::ElementsAre("maintenance of itau 2026-01-03T05:00:00.000Z to 2026-01-03T06:00:00.000Z (from: "
                                   "statuspage, \"versão nova\"), excluded (planned)",
                                   "maintenance of itau 2026-01-10T05:00:00.000Z to 2026-01-10T06:00:00.000Z (from: "
                                   "statuspage, \"versão nova\") and 3 more, counted (the second of its month)"));
}

TEST(Maintenance, MonthsBeginInBrasilia) {
  EXPECT_EQ(month_of(brasilia(1, 0)), brasilia(1, 0));
  EXPECT_EQ(month_of(brasilia(31, 23, 59)), brasilia(1, 0));
}

}  // namespace
}  // namespace vendaval::monitor
