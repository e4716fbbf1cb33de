// S23: times in which nothing may be armed, on clocks of their own.
#include "proxy/faults/deny_window.hpp"

#include <gmock/gmock.h>

#include "proxy/faults/armed_book.hpp"
#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace std::chrono;
using testing::HasSubstr;

wall_time utc(year_month_day date, minutes clock) { return wall_time(sys_days(date)) + clock; }

/// Fridays from 18:00 to Saturday 06:00 in São Paulo: from 21:00 UTC to 09:00 UTC.
deny_window friday_night() {
  return {.name = "friday night",
          .zone = "America/Sao_Paulo",
          .offset = *offset_of_zone("America/Sao_Paulo"),
          .weekdays = {Friday},
          .from = 18h,
          .to = 6h};
}
deny_window month_end() { return {.name = "month end", .zone = "-03:00", .offset = -3h, .month_days = {-1, 1}}; }
bool shut(deny_window const& w, wall_time t) { return denied_at({&w, 1}, t).has_value(); }

TEST(DenyWindow, S23_OpensAndClosesToTheMinuteOnItsOwnClock) {
  auto const w = friday_night();
  auto const friday = 2026y / November / 27;
  EXPECT_FALSE(shut(w, utc(friday, 21h - 1min)));
  EXPECT_FALSE(shut(w, utc(friday, 21h) - 1us));
  EXPECT_TRUE(shut(w, utc(friday, 21h)));
  EXPECT_TRUE(shut(w, utc(friday, 33h) - 1us)) << "past midnight there, and past the one in UTC";
  EXPECT_FALSE(shut(w, utc(friday, 33h)));
  EXPECT_FALSE(shut(w, utc(2026y / November / 26, 22h))) << "a Thursday";
  EXPECT_FALSE(shut(w, utc(2026y / November / 28, 22h))) << "a Saturday";
}

TEST(DenyWindow, S23_KnowsHowLongEveryMonthIs) {
  auto const w = month_end();
  for (auto const last : {2026y / January / 31, 2026y / February / 28, 2028y / February / 29, 2026y / April / 30,
                          2026y / December / 31}) {
    auto const begins = utc(last, 3h);  // midnight there
    EXPECT_FALSE(shut(w, begins - 1us)) << unsigned(last.month());
    EXPECT_TRUE(shut(w, begins)) << unsigned(last.month());
    EXPECT_TRUE(shut(w, begins + 48h - 1us)) << "the last day and the first";
    EXPECT_FALSE(shut(w, begins + 48h)) << unsigned(last.month());
    auto const denied = denied_at({&w, 1}, begins + 1h);
    ASSERT_TRUE(denied);
    EXPECT_EQ(denied->until, begins + 48h) << "two days that follow on each other are one stretch";
  }
  EXPECT_FALSE(shut(w, utc(2028y / February / 28, 12h))) << "not the last one in a leap year";
}

TEST(DenyWindow, S23_TellsUntilWhenOnTheWindowsClock) {
  auto const w = friday_night();
  auto const denied = denied_at({&w, 1}, utc(2026y / November / 27, 23h));
  ASSERT_TRUE(denied);
  EXPECT_EQ(denied->window, "friday night");
  EXPECT_EQ(denied->until_text, "2026-11-28 06:00 -03:00");
}

TEST(DenyWindow, S23_WindowsThatTouchAreOneStretch) {
  deny_window morning{.name = "morning", .from = 6h, .to = 9h}, noon{.name = "noon", .from = 9h, .to = 13h};
  std::vector const both{noon, morning};
  auto const denied = denied_at(both, utc(2026y / May / 4, 7h));
  ASSERT_TRUE(denied);
  EXPECT_EQ(denied->window, "morning");
  EXPECT_EQ(denied->until, utc(2026y / May / 4, 13h));
}

TEST(DenyWindow, S23_OneThatNeverClosesIsStillAnswered) {
  deny_window const always{.name = "always"};
  EXPECT_TRUE(denied_at({&always, 1}, utc(2026y / May / 4, 7h)));
}

TEST(DenyWindow, S23_DatesAndDaysAreOfTheWindowsCalendarNotOfUtc) {
  deny_window const christmas{.name = "christmas", .zone = "+13:00", .offset = 13h, .dates = {2026y / December / 25}};
  EXPECT_TRUE(shut(christmas, utc(2026y / December / 24, 11h))) << "it is the 25th there";
  EXPECT_FALSE(shut(christmas, utc(2026y / December / 25, 11h)));
}

/// In Santiago clocks go back on 4 April 2026. An offset does not, and the window is where the offset says, on both
/// sides: who wants the night of either season there writes two windows.
TEST(DenyWindow, S23_AnOffsetDoesNotChangeWithTheSeason) {
  deny_window const summer{.name = "night", .zone = "-03:00", .offset = -3h, .from = 22h, .to = 6h};
  deny_window const winter{.name = "night", .zone = "-04:00", .offset = -4h, .from = 22h, .to = 6h};
  std::vector const either{summer, winter};
  for (auto const day : {2026y / April / 3, 2026y / April / 4, 2026y / April / 5}) {
    auto const denied = denied_at(either, utc(day, 25h));
    ASSERT_TRUE(denied);
    EXPECT_EQ(denied->until, utc(day, 34h));
    EXPECT_FALSE(denied_at(either, utc(day, 25h) - 1us));
  }
}

TEST(DenyWindow, S23_TheNextOneIsFoundAndOnlyWithinTheLimit) {
  auto const w = friday_night();
  auto const t = utc(2026y / November / 27, 20h + 30min);
  auto const next = next_denial({&w, 1}, t, t + 1h);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->at, t + 30min);
  EXPECT_FALSE(next_denial({&w, 1}, t, t + 30min)) << "what ends where it begins does not touch it";
  EXPECT_FALSE(next_denial({&w, 1}, t + 31min, t + 2h)) << "one that is open is not to come";
  EXPECT_TRUE(next_denial({&w, 1}, t - 72h, t + 24h));
}

TEST(DenyWindow, ZonesAreOffsetsOrTheTwoNamesWhoseClocksNeverChange) {
  EXPECT_EQ(offset_of_zone("UTC"), 0min);
  EXPECT_EQ(offset_of_zone("America/Sao_Paulo"), -180min);
  EXPECT_EQ(offset_of_zone("-03:00"), -180min);
  EXPECT_EQ(offset_of_zone("+05:30"), 330min);
  for (auto const* text : {"", "America/Santiago", "Europe/Berlin", "BRT", "-3", "+15:00", "-03:60", "03:00", "+0300"})
    EXPECT_FALSE(offset_of_zone(text)) << text;
}

TEST(DenyWindow, TimesOfDayAreFiveCharacters) {
  EXPECT_EQ(time_of_day("00:00"), 0min);
  EXPECT_EQ(time_of_day("24:00"), 24h);
  for (auto const* text : {"", "24:01", "9:00", "09:60", "09-00", "ab:cd", "-1:00", "09:000"})
    EXPECT_FALSE(time_of_day(text)) << text;
}

struct DeniedBook : testing::Test {
  static constexpr time_point t0 = test::start;
  /// 20:30 UTC on a Friday: half an hour before the window.
  timeline const calendar{t0, utc(2026y / November / 27, 20h + 30min)};
  armed_book book{{.deny = {friday_night()}}, 0, 1, calendar};
  static fault_template gale() { return {.label = "s1/1", .what = test::down(), .where = {{"itau"}, {}}}; }
};

TEST_F(DeniedBook, S23_NothingIsArmedInAWindowAndTheAnswerSaysWhichAndUntilWhen) {
  auto const refused = book.arm(gale(), 15s, t0 + 30min);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, refusal::reason::denied);
  EXPECT_EQ(refused.error().sentence,
            "nothing may be armed until 2026-11-28 06:00 -03:00: the deny window \"friday night\" is open");
  EXPECT_TRUE(book.snapshot()->faults.empty());
  EXPECT_FALSE(book.arm(gale(), 15s, t0 + 30min + 12h - 1ns));
  EXPECT_TRUE(book.arm(gale(), 15s, t0 + 30min + 12h));
}

TEST_F(DeniedBook, S23_ALeaseEndsWhereAWindowBeginsAlsoWhenItIsRenewed) {
  auto const early = book.arm(gale(), 10min, t0);
  ASSERT_TRUE(early);
  EXPECT_EQ(book.snapshot()->faults[0].expires, t0 + 10min) << "far from it a lease is as long as it was asked";
  ASSERT_TRUE(book.renew(*early, t0 + 9min));
  ASSERT_TRUE(book.renew(*early, t0 + 18min));
  EXPECT_EQ(book.renew(*early, t0 + 27min), t0 + 30min);
  EXPECT_FALSE(blows(book.snapshot()->faults[0], t0 + 30min)) << "the data path asks nobody";
  EXPECT_TRUE(blows(book.snapshot()->faults[0], t0 + 30min - 1ns));
  EXPECT_FALSE(book.renew(*early, t0 + 30min));
  auto const ended = book.expire(t0 + 30min);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].why, ended_fault::cause::denied);
  EXPECT_EQ(ended[0].at, t0 + 30min);
}

TEST_F(DeniedBook, S23_WhatIsHeldIsReleasedWhereAWindowBegins) {
  auto const id = book.arm(gale(), 60min, t0);
  ASSERT_TRUE(id);
  EXPECT_EQ(lease_of(std::vector{*id}, *book.snapshot(), t0 + 5min), t0 + 30min);
}

TEST_F(DeniedBook, S23_AStretchThatAWindowOpensInIsDeniedWithItsBeginning) {
  EXPECT_FALSE(book.denied(t0, t0 + 30min));
  EXPECT_THAT(
      book.denied(t0, t0 + 31min).value(),
      HasSubstr("the deny window \"friday night\" opens in 30 min 0 s and lasts until 2026-11-28 06:00 -03:00"));
}

TEST_F(DeniedBook, S23_AKillSwitchPulledInAWindowIsStillLatchedAfterIt) {
  book.kill("enough", t0 + 1h);
  EXPECT_EQ(book.arm(gale(), 15s, t0 + 14h).error().why, refusal::reason::killed);
}

}  // namespace
}  // namespace vendaval::faults
