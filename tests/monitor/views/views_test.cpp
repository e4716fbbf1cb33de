#include "monitor/views/views.hpp"

#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

constexpr time_point start{1h};
timeline const time_here{start, wall_time{std::chrono::sys_days{std::chrono::year(2026) / 1 / 19} + 17h}};

TEST(Views, ALedgerNamesEveryMarkAndLeavesTheMissingOnesNull) {
  ledger l;
  l.note(mark::first_bad, start + 1s);
  l.note(mark::accepted, start + 8500ms);
  auto const json = to_json(l, time_here);
  EXPECT_EQ(json.at("marks").as_object().size(), mark_count);
  EXPECT_EQ(json.at("marks").at("first_bad_answer"), "2026-01-19T17:00:01.000Z");
  EXPECT_TRUE(json.at("marks").at("lifted").is_null());
  EXPECT_EQ(json.at("detection_ms"), 7500.0);
  EXPECT_TRUE(json.at("recovery_ms").is_null());
}

TEST(Views, ABreakerFindingKeepsItsUncertainty) {
  breaker_finding f;
  f.verdict = breaker_verdict::suspected;
  f.opened_at = start;
  f.spacing = {3s, 3100ms};
  f.evidence = "because";
  auto const json = to_json(f, time_here);
  EXPECT_EQ(json.at("verdict"), "suspected");
  EXPECT_EQ(json.at("opened_at"), "2026-01-19T17:00:00.000Z");
  EXPECT_TRUE(json.at("closed_at").is_null());
  EXPECT_TRUE(json.at("p_value").is_null());
  EXPECT_EQ(json.at("spacing_ms").as_array().size(), 2u);
  EXPECT_EQ(json.at("evidence"), "because");
}

TEST(Views, AnAlertThatHasSeenNothingShowsNoFigure) {
  alert a;
  a.rule = "errors_high";
  EXPECT_TRUE(to_json(a, time_here).at("observed").is_null());
  EXPECT_EQ(to_json(a, time_here).at("state"), "no_data");
  a.last = {finding::fine, 2.5, 40, 39, 1};
  EXPECT_EQ(to_json(a, time_here).at("observed"), 2.5);
}

}  // namespace
}  // namespace vendaval::monitor
