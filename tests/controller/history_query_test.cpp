#include "controller/history_query.hpp"

#include <gmock/gmock.h>

namespace vendaval::controller {
namespace {

using testing::HasSubstr;

constexpr wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 12h};

TEST(HistoryQuery, ReadsWindowsThatAreKept) {
  EXPECT_EQ(read_window("30d"), 24h * 30);
  EXPECT_EQ(read_window("36h"), 36h);
  EXPECT_THAT(read_window("a month").error(), HasSubstr("write 7d, 30d, 90d"));
  EXPECT_THAT(read_window("91d").error(), HasSubstr("from 1m to 90d"));
  EXPECT_FALSE(read_window("0s"));
}

TEST(HistoryQuery, ReadsTargetsInPercent) {
  EXPECT_EQ(read_target("99.9")->value, 99.9);
  EXPECT_EQ(read_target("99.95%")->value, 99.95);
  for (auto const* const wrong : {"", "0", "101", "99,9", "-1", "nan", "99.9 %"})
    EXPECT_FALSE(read_target(wrong)) << wrong;
}

TEST(HistoryQuery, KnowsBanksByCodeAndAlias) {
  auto const banks = mission_institutions();
  EXPECT_EQ(read_bank("itau", banks), "itau");
  EXPECT_EQ(read_bank("ofitau_br_retail", banks), "itau");
  EXPECT_THAT(read_bank("itua", banks).error(), HasSubstr("itau"));
}

TEST(HistoryQuery, KnowsWhatASeriesCanBeShownBy) {
  EXPECT_EQ(read_series_by("client"), series_by::client);
  EXPECT_EQ(read_series_by("time"), series_by::time);
  EXPECT_FALSE(read_series_by("address"));
}

TEST(HistoryQuery, ReadsAMomentOnAnyClock) {
  for (auto const* same : {"2026-01-19T12:00-03:00", "2026-01-19T12:00:00-03:00", "2026-01-19T15:00Z",
                           "2026-01-19T15:00", "2026-01-19T15:00:00.000Z", "2026-01-19T20:30+05:30"})
    EXPECT_EQ(read_moment(same), now + 3h) << same;
  for (auto const* wrong : {"", "now", "2026-01-06T12:00-ab:cd", "2026-01-06T12:00-03:60", "2026-01-06T12:00-99:00",
                            "2026-01-06T12:00-03.00", "2026-01-06T24:00Z", "2026-01-06", "2026-01-06T12:00-3:00"})
    EXPECT_THAT(read_moment(wrong).error(), HasSubstr("is no time: write 2026-01-06T12:00-03:00")) << wrong;
}

TEST(HistoryQuery, RefusesTimesThatNoClockShows) {
  for (auto const* wrong :
       {"2026-12-06T29:00:00Z", "2026-01-19T99:99:99Z", "2026-01-19T23:60:00Z", "2026-01-19T23:59:60Z"})
    EXPECT_THAT(read_when(wrong, now).error(), HasSubstr("is no time")) << wrong;
}

TEST(HistoryQuery, ReadsInstantsDaysAndSpansBeforeNow) {
  EXPECT_EQ(read_when("2026-01-19T17:31:05Z", now), now + 5h + 31min + 5s);
  EXPECT_EQ(read_when("2026-01-19", now), now - 9h) << "midnight in Brasília";
  EXPECT_EQ(read_when("7d", now), now - 24h * 7);
  for (auto const* const wrong : {"", "yesterday", "2026-13-01", "2026-01-19T17:31:05", "2026-02-30"})
    EXPECT_THAT(read_when(wrong, now).error(), HasSubstr("is no time")) << wrong;
}

}  // namespace
}  // namespace vendaval::controller
