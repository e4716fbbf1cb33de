#include "monitor/history/recorder.hpp"

#include <gmock/gmock.h>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using test::ended_at;
using testing::IsEmpty;
using testing::SizeIs;

constexpr wall_time noon{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 15h};

struct Recorder : testing::Test {
  recorder seen{"w1"};

  void call(wall_time at, test::call const& c = {}) { seen.observe(ended_at(time_point(1s), c), at); }
  void probe(test::call const& c) { seen.probed(ended_at(time_point(1s), c), noon); }
  std::vector<sql::history_row> after(duration d) {
    return seen.take(noon + std::chrono::duration_cast<wall_time::duration>(d));
  }
};

TEST_F(Recorder, HandsOutAMinuteOnceWhenItIsOver) {
  call(noon + 59s);
  call(noon + 60s);
  EXPECT_THAT(after(64s), IsEmpty());
  auto const rows = after(65s);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].grain, "minute");
  EXPECT_EQ(rows[0].began_at, noon);
  EXPECT_EQ(rows[0].institution_id, "itau");
  EXPECT_EQ(rows[0].operation, "retrieve");
  EXPECT_EQ(rows[0].writer, "w1");
  EXPECT_EQ(rows[0].counts.good, 1);
  EXPECT_THAT(after(70s), IsEmpty());
  EXPECT_EQ(after(10min).at(0).began_at, noon + 1min);
}

TEST_F(Recorder, SaysWhoCalledByNumber) {
  for (int i = 0; i != 3; ++i) {
    auto x = ended_at(time_point(1s), {.result = i == 0 ? outcome::institution_down : outcome::ok});
    x.client = i == 2 ? 0xbee : 0xc0ffee;
    seen.observe(x, noon);
  }
  EXPECT_EQ(after(65s).at(0).clients, R"({"0000000000c0ffee":[2,1],"0000000000000bee":[1,0]})");
}

TEST_F(Recorder, AReportThatComesTooLateCountsInTheNextMinute) {
  call(noon);
  ASSERT_THAT(after(70s), SizeIs(1));
  call(noon + 30s);
  auto const rows = after(10min);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].began_at, noon + 1min);
}

TEST_F(Recorder, KeepsInjectedAndGenuineFailuresApart) {
  for (int i = 0; i != 8; ++i) call(noon);
  call(noon, {.result = outcome::timeout});
  call(noon, {.result = outcome::timeout, .injected = true});
  auto const row = after(70s).at(0);
  EXPECT_EQ(row.counts.good, 8);
  EXPECT_EQ(row.counts.bad, 2);
  EXPECT_EQ(row.counts.injected_bad, 1);
  EXPECT_EQ(row.counts.bank_bad, 1);
  auto const back = read_figures(row);
  EXPECT_EQ(back.genuine[static_cast<std::size_t>(outcome::timeout)], 1u);
  EXPECT_EQ(back.injected[static_cast<std::size_t>(outcome::timeout)], 1u);
  EXPECT_EQ(back.latencies.count(), 10u);
}

TEST_F(Recorder, WhatTheAppFeelsWithoutABanksFaultIsThePlatforms) {
  auto x = ended_at(time_point(1s), {.result = outcome::auth_platform});
  x.counts = weight::neither;
  seen.observe(x, noon);
  x.result = outcome::client_error;
  seen.observe(x, noon);
  auto const row = after(70s).at(0);
  EXPECT_EQ(row.counts.neither, 2);
  EXPECT_EQ(row.counts.platform, 1);
  EXPECT_EQ(row.counts.bank_bad, 0);
}

TEST_F(Recorder, TheSameTroubleAtThreeBanksInAMinuteIsNoBanks) {
  for (auto const* const bank : {"itau", "bb", "caixa"}) {
    for (int i = 0; i != 2; ++i) call(noon, {.bank = bank, .result = outcome::upstream_5xx});
    call(noon, {.bank = bank});
  }
  call(noon, {.bank = "itau", .result = outcome::timeout});  // and this is Itaú's own
  for (auto const& row : after(70s)) {
    EXPECT_EQ(row.counts.bad, row.institution_id == "itau" ? 3 : 2);
    EXPECT_EQ(row.counts.bank_bad, row.institution_id == "itau" ? 1 : 0);
  }
}

TEST_F(Recorder, TroubleAtTwoBanksOrAtFewCallsOfManyIsTheBanks) {
  for (auto const* const bank : {"itau", "bb"}) call(noon, {.bank = bank, .result = outcome::upstream_5xx});
  call(noon, {.bank = "caixa", .result = outcome::upstream_5xx});
  for (int i = 0; i != 3; ++i) call(noon, {.bank = "caixa"});
  for (auto const& row : after(70s)) EXPECT_EQ(row.counts.bank_bad, 1) << row.institution_id;
}

TEST_F(Recorder, AnOutageOfThePlatformThatProbesSeeIsNoBanks) {
  for (auto const* const bank : {"itau", "bb", "caixa", "inter"})
    for (int i = 0; i != 2; ++i) probe({.bank = bank, .what = operation::read, .result = outcome::upstream_5xx});
  call(noon, {.bank = "itau", .result = outcome::upstream_5xx});
  probe({.bank = "itau", .result = outcome::timeout});  // and this is Itaú's own
  for (auto const& row : after(70s)) {
    bool const own = row.institution_id == "itau" && row.operation == "retrieve";
    EXPECT_EQ(row.counts.probes_bad, own ? 1 : 0) << row.institution_id;
    EXPECT_EQ(row.counts.bank_bad, 0) << row.institution_id;
    if (!own)
      EXPECT_EQ(read_figures(row).probes[static_cast<std::size_t>(outcome::upstream_5xx)], 2u) << "on record it stays";
  }
}

TEST_F(Recorder, AnOutageThatProbesSeeAtTwoBanksIsTheirs) {
  for (auto const* const bank : {"itau", "bb"})
    for (int i = 0; i != 2; ++i) probe({.bank = bank, .result = outcome::upstream_5xx});
  probe({.bank = "caixa", .result = outcome::upstream_5xx});
  for (int i = 0; i != 2; ++i) probe({.bank = "caixa"});
  for (auto const& row : after(70s))
    EXPECT_EQ(row.counts.probes_bad, row.institution_id == "caixa" ? 1 : 2) << row.institution_id;
}

TEST_F(Recorder, ProbesAndTheAppsCallsTogetherTellWhatIsShared) {
  for (auto const* const bank : {"itau", "bb"}) call(noon, {.bank = bank, .result = outcome::upstream_5xx});
  probe({.bank = "caixa", .result = outcome::upstream_5xx});
  for (auto const& row : after(70s)) {
    EXPECT_EQ(row.counts.bank_bad, 0) << row.institution_id;
    EXPECT_EQ(row.counts.probes_bad, 0) << row.institution_id;
  }
}

TEST_F(Recorder, ReadsOfStoredDataThatStillWorkDoNotHideThatTheBanksAreGone) {
  for (auto const* const bank : {"itau", "bb", "caixa"}) {
    call(noon, {.bank = bank, .result = outcome::institution_down});
    for (int i = 0; i != 2; ++i) probe({.bank = bank, .what = operation::read});
  }
  for (auto const& row : after(70s)) EXPECT_EQ(row.counts.bank_bad, 0) << row.institution_id;
}

TEST_F(Recorder, ARowOfAnEarlierReleaseSaysNothingOfWhatProbesFailedWith) {
  probe({.result = outcome::timeout});
  call(noon);
  auto row = after(70s).at(0);
  EXPECT_EQ(row.outcomes, R"({"genuine":{"ok":1},"injected":{},"probes":{"timeout":1}})");
  row.outcomes = R"({"genuine":{"ok":1},"injected":{}})";
  auto both = read_figures(row);
  EXPECT_EQ(both.counts.probes_bad, 1);
  EXPECT_EQ(both.probes, (std::array<std::uint64_t, outcome_count>{}));
}

TEST_F(Recorder, AtTheEndItGivesAlsoTheMinuteThatIsNotOver) {
  call(noon);
  call(noon + 61s);
  EXPECT_THAT(seen.take_all(), SizeIs(2));
  EXPECT_THAT(seen.take_all(), IsEmpty());
  call(noon + 61s);  // reported while we end
  EXPECT_EQ(seen.take_all().at(0).began_at, noon + 2min) << "that minute has been handed out";
}

}  // namespace
}  // namespace vendaval::monitor
