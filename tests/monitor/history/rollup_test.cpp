#include "monitor/history/rollup.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/dice.hpp"
#include "monitor/history/figures.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr wall_time midnight{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 3h};  // in Brasília

std::vector<std::string> shown(std::vector<sql::history_span> const& spans) {
  std::vector<std::string> all;
  for (auto const& s : spans) all.push_back(s.grain + " " + iso8601(s.from) + " " + iso8601(s.until));
  return all;
}

TEST(Rollup, DaysBeginAtMidnightInBrasilia) {
  EXPECT_EQ(day_of(midnight), midnight);
  EXPECT_EQ(day_of(midnight - 1us), midnight - 24h);
  EXPECT_EQ(day_of(midnight + 23h + 59min), midnight);
}

TEST(Rollup, AnHourOfMinutesIsWhatWouldHaveBeenCountedAtOnce) {
  auto const rules = rolling_up();
  dice d(11);
  figures at_once;
  sql::history_row hour;
  std::vector<duration> exact;
  for (int m = 0; m != 60; ++m) {
    sql::history_row minute;
    minute.institution_id = "itau";
    minute.operation = "retrieve";
    minute.writer = "w1";
    minute.began_at = midnight + 5h + std::chrono::minutes(m);
    figures of;
    for (int i = 0; i != 30; ++i) {
      exact.push_back(1ms + d.upto(8s));
      auto const x = test::ended_at(
          time_point(60s),
          {.result = d.chance(0.1) ? outcome::timeout : outcome::ok, .took = exact.back(), .injected = d.chance(0.3)});
      of.add(x);
      at_once.add(x);
    }
    of.probes[static_cast<std::size_t>(outcome::timeout)] = 2;
    write(of, minute);
    auto const buckets = rules.buckets(minute);
    ASSERT_THAT(buckets, SizeIs(2));
    EXPECT_EQ(buckets[0].grain, "hour");
    EXPECT_EQ(buckets[0].began_at, midnight + 5h);
    EXPECT_EQ(buckets[0].writer, "");
    EXPECT_EQ(buckets[1].grain, "day");
    EXPECT_EQ(buckets[1].began_at, midnight);
    rules.merge(hour, minute);
  }
  auto const rolled = read_figures(hour);
  EXPECT_EQ(rolled.latencies.bins(), at_once.latencies.bins());
  EXPECT_EQ(rolled.genuine, at_once.genuine);
  EXPECT_EQ(rolled.injected, at_once.injected);
  EXPECT_EQ(rolled.probes[static_cast<std::size_t>(outcome::timeout)], 120u);
  EXPECT_EQ(rolled.counts.bad, at_once.counts.bad);
  std::ranges::sort(exact);
  auto const p95 = exact[static_cast<std::size_t>(0.95 * static_cast<double>(exact.size() - 1))];
  EXPECT_NEAR(static_cast<double>(rolled.latencies.quantile(0.95)->count()), static_cast<double>(p95.count()),
              sketch::relative_error * static_cast<double>(p95.count()));
}

TEST(Rollup, ClientsAddUpAndTheBusiestOfAnHourAreNamed) {
  auto const rules = rolling_up();
  sql::history_row hour, minute;
  hour.grain = "hour";
  for (std::uint64_t m = 0; m != 40; ++m) {
    figures of;
    for (std::uint64_t client : {m, m, std::uint64_t{1000}}) of.callers.add(client, false);
    write(of, minute);
    rules.merge(hour, minute);
  }
  auto const sum = read_figures(hour).callers;
  EXPECT_THAT(sum.busiest(), SizeIs(named_in_sums));
  EXPECT_EQ(sum.busiest()[0], (clients::line{1000, {40, 0}}));
  EXPECT_EQ(sum.others().calls, 120 - 40 - 2 * 15) << "no call is lost";
}

TEST(Rollup, ARowThatCannotBeReadCostsOnlyItsPercentiles) {
  auto const rules = rolling_up();
  sql::history_row sum, odd;
  odd.counts.good = 7;
  odd.outcomes = "[";
  odd.latencies = "not Base64";
  rules.merge(sum, odd);
  EXPECT_EQ(sum.counts.good, 7);
  EXPECT_TRUE(read_figures(sum).latencies.empty());
}

TEST(Rollup, ALongWindowIsHoursThenDays) {
  auto const c = cover(midnight - 24h * 7 + 5h + 20min, midnight + 90min);
  EXPECT_EQ(c.from, midnight - 24h * 7 + 5h);
  EXPECT_THAT(shown(c.spans), ElementsAre("hour 2026-01-12T08:00:00.000Z 2026-01-13T03:00:00.000Z",
                                          "day 2026-01-13T03:00:00.000Z 2026-01-19T04:31:00.000Z"));
}

TEST(Rollup, AShortWindowBeginsWithItsMinutes) {
  auto const c = cover(midnight + 40min, midnight + 6h);
  EXPECT_THAT(shown(c.spans), ElementsAre("minute 2026-01-19T03:40:00.000Z 2026-01-19T04:00:00.000Z",
                                          "hour 2026-01-19T04:00:00.000Z 2026-01-19T09:01:00.000Z"));
  auto const now = cover(midnight + 5h + 50min, midnight + 5h + 55min);
  EXPECT_THAT(shown(now.spans), ElementsAre("minute 2026-01-19T08:50:00.000Z 2026-01-19T08:56:00.000Z"));
}

TEST(Rollup, EveryMinuteOfAWindowLiesInExactlyOneSpan) {
  dice d(5);
  for (int round = 0; round != 300; ++round) {
    auto const now = midnight + std::chrono::minutes(d.below(3 * 24 * 60));
    auto const from = now - std::chrono::minutes(d.below(90 * 24 * 60));
    auto const c = cover(from, now);
    EXPECT_LE(c.from, from);
    auto at = c.from;
    for (auto const& s : c.spans) {
      EXPECT_EQ(s.from, at);
      if (s.grain == "hour") EXPECT_EQ(hour_of(s.from), s.from);
      if (s.grain == "day") EXPECT_EQ(day_of(s.from), s.from);
      at = s.until;
    }
    EXPECT_EQ(at, now + 1min);
  }
}

}  // namespace
}  // namespace vendaval::monitor
