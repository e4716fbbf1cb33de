#include "monitor/history/objectives.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

constexpr wall_time noon{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 15h};

sql::history_row hour(wall_time at, operation what, std::vector<test::call> const& calls) {
  figures f;
  for (auto const& c : calls) f.add(test::ended_at(time_point(1h), c));
  sql::history_row row;
  row.institution_id = "itau";
  row.grain = "hour";
  row.began_at = at;
  row.operation = name_of(what);
  write(f, row);
  return row;
}

sla_line shares(call_share success, call_share availability) {
  sla_line line;
  line.institution = "itau";
  line.end_to_end.shares.without_drills = success;
  line.attributable.shares.without_drills = availability;
  return line;
}

incident critical(duration lasted, bool drill = false) {
  incident i;
  i.grade = severity::critical;
  i.status = incident_status::resolved;
  i.started_at = time_point(1h);
  i.resolved_at = time_point(1h) + lasted;
  i.drill = drill;
  return i;
}

TEST(Objectives, AreJudgedEachForItself) {
  auto const l = judge({shares({.good = 989, .failed = 11}, {.good = 9995, .failed = 5}),
                        {hour(noon, operation::retrieve, {{.took = 400ms}, {.took = 500ms}})},
                        {critical(10min), critical(16min)}},
                       {});
  EXPECT_EQ(l.success_met, false);  // 98.9 %
  EXPECT_EQ(l.availability_met, true);
  EXPECT_EQ(l.p95_met, true);
  EXPECT_EQ(l.recovery.mean, 13min);
  EXPECT_EQ(l.recovery_met, true);
  EXPECT_TRUE(l.missed());
}

TEST(Objectives, WhereNothingHappenedNothingIsMissed) {
  auto const l = judge({shares({}, {}), {}, {}}, {});
  EXPECT_FALSE(l.success_met || l.p95_met || l.availability_met || l.recovery_met);
  EXPECT_FALSE(l.missed());
}

TEST(Objectives, LatencyLeavesOutTheHoursOfGameDaysAndRecoveryTheirIncidents) {
  auto const l = judge({shares({.good = 1}, {.good = 1}),
                        {hour(noon, operation::retrieve, {{.took = 1s}}),
                         hour(noon + 1h, operation::retrieve, {{.took = 30s, .injected = true}}),
                         hour(noon + 1h, operation::read, {{.took = 20s}})},
                        {critical(5min), critical(3h, true)}},
                       {});
  EXPECT_EQ(l.latencies.count(), 1u);
  EXPECT_EQ(l.hours, 1u);
  EXPECT_EQ(l.hours_left_out, 1u);
  EXPECT_EQ(l.p95_met, true);
  EXPECT_EQ(l.recovery.incidents, 1u);
}

TEST(Objectives, SayWhatTheGenuineFailuresWereAndHowSlowEachOperationIs) {
  auto const row = hour(noon, operation::retrieve,
                        {{.took = 3s},
                         {.result = outcome::timeout, .took = 3s},
                         {.result = outcome::timeout, .took = 3s},
                         {.result = outcome::client_gave_up, .took = 3s},
                         {.result = outcome::client_gone, .took = 3s},
                         {.result = outcome::upstream_5xx, .took = 3s}});
  objective_report report{noon, noon + 1h, {}, {judge({shares({.good = 1, .failed = 3}, {}), {row}, {}}, {})}};
  auto const object = to_json(report);
  auto const& line = object.at("institutions").at(0);
  EXPECT_EQ(line.at("failures").at("timeout"), 2);
  EXPECT_EQ(line.at("failures").at("upstream_5xx"), 1);
  EXPECT_EQ(line.at("failures").at("client_gave_up"), 1);
  EXPECT_FALSE(line.at("failures").as_object().contains("ok"));
  EXPECT_FALSE(line.at("failures").as_object().contains("client_gone"));
  EXPECT_NEAR(line.at("latency").at("operations").at("retrieve").at("p95_ms").as_double(), 3000, 30);
  EXPECT_NEAR(line.at("latency").at("operations").at("retrieve").at("mean_ms").as_double(), 3000, 30);
  EXPECT_NEAR(line.at("latency").at("mean_ms").as_double(), 3000, 30);
  EXPECT_EQ(line.at("latency").at("met"), false);
  EXPECT_TRUE(line.at("recovery").at("met").is_null());
}

TEST(Objectives, AreShownAndMissedOneAtATimeToo) {
  auto const l =
      judge({shares({.good = 1, .failed = 1}, {.good = 1}), {hour(noon, operation::retrieve, {{}})}, {}}, {});
  EXPECT_TRUE(l.missed() && l.missed(objective::success));
  EXPECT_FALSE(l.missed(objective::latency) || l.missed(objective::availability) || l.missed(objective::recovery));
  auto const members = [&](objective only) {
    std::vector<std::string> names;
    for (auto const& member : to_json({noon, noon + 1h, {}, {l}}, only).at("institutions").at(0).as_object())
      names.emplace_back(member.key());
    return names;
  };
  EXPECT_EQ(members(objective::success), (std::vector<std::string>{"institution", "success", "failures"}));
  EXPECT_EQ(members(objective::latency), (std::vector<std::string>{"institution", "latency"}));
  EXPECT_EQ(members(objective::availability), (std::vector<std::string>{"institution", "availability"}));
  EXPECT_EQ(members(objective::recovery), (std::vector<std::string>{"institution", "recovery"}));
}

}  // namespace
}  // namespace vendaval::monitor
