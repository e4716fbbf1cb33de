#include "monitor/baseline/holidays.hpp"

#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using namespace std::chrono;

/// As FEBRABAN published them.
TEST(Holidays, AreThoseOfTheBanks) {
  days_of_rest const expected{sys_days(2026y / 1 / 1),  sys_days(2026y / 2 / 16),  sys_days(2026y / 2 / 17),
                              sys_days(2026y / 4 / 3),  sys_days(2026y / 4 / 21),  sys_days(2026y / 5 / 1),
                              sys_days(2026y / 6 / 4),  sys_days(2026y / 9 / 7),   sys_days(2026y / 10 / 12),
                              sys_days(2026y / 11 / 2), sys_days(2026y / 11 / 15), sys_days(2026y / 11 / 20),
                              sys_days(2026y / 12 / 25)};
  EXPECT_EQ(bank_holidays(2026y), expected);
}

TEST(Holidays, FollowEasterThroughTheYears) {
  EXPECT_TRUE(bank_holidays(2024y).contains(sys_days(2024y / 2 / 13)));  // Carnival; Easter was on 31 March
  EXPECT_TRUE(bank_holidays(2025y).contains(sys_days(2025y / 4 / 18)));
  EXPECT_TRUE(bank_holidays(2027y).contains(sys_days(2027y / 5 / 27)));
  EXPECT_TRUE(bank_holidays(2038y).contains(sys_days(2038y / 6 / 24)));  // Easter on 25 April, as late as it gets
}

}  // namespace
}  // namespace vendaval::monitor
