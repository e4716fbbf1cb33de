#include "monitor/incidents/statistics.hpp"

#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

constexpr time_point start{1h};

incident one(severity grade, duration resolved_after) {
  incident i;
  i.grade = grade;
  i.started_at = start;
  i.opened_at = start + 20s;
  i.alerted_at = start + 60s;
  i.acknowledged_at = start + 90s;
  i.resolved_at = start + resolved_after;
  i.status = incident_status::resolved;
  return i;
}

TEST(Statistics, AreMeansOverWhatThereIs) {
  std::vector<incident> all{one(severity::critical, 600s), one(severity::critical, 800s), one(severity::low, 9000s)};
  all[1].acknowledged_at.reset();
  auto const s = statistics(all, {.grade = severity::critical, .since = std::nullopt});
  EXPECT_EQ(s.incidents, 2u);
  EXPECT_EQ(s.resolved.mean, 700s);
  EXPECT_EQ(s.detected.mean, 20s);
  EXPECT_EQ(s.acknowledged.mean, 30s);
  EXPECT_EQ(s.acknowledged.incidents, 1u);
}

/// The detector had seen it, somebody took it, and only then did a rule tell people.
TEST(Statistics, WhoHasItBeforeAnybodyIsToldTookNoTime) {
  std::vector<incident> all{one(severity::high, 600s), one(severity::high, 600s)};
  all[0].acknowledged_at = start + 30s;
  EXPECT_EQ(statistics(all, {}).acknowledged.mean, 15s) << "none, and half a minute";
  EXPECT_EQ(statistics(all, {}).acknowledged.incidents, 2u);
  all[0].alerted_at.reset();
  EXPECT_EQ(statistics(all, {}).acknowledged.mean, 20s) << "nobody was told at all: since it was known";
}

TEST(Statistics, LeaveGameDaysOutUnlessAsked) {
  std::vector<incident> all{one(severity::high, 100s), one(severity::high, 300s)};
  all[1].drill = true;
  EXPECT_EQ(statistics(all, {}).resolved.mean, 100s);
  EXPECT_EQ(statistics(all, {}).drills, 1u);
  EXPECT_EQ(statistics(all, {.grade = std::nullopt, .drills = true, .since = std::nullopt}).resolved.mean, 200s);
}

TEST(Statistics, CountAPlatformsIncidentOnce) {
  std::vector<incident> all{one(severity::high, 100s), one(severity::high, 100s)};
  all[1].part_of = "the other";
  EXPECT_EQ(statistics(all, {}).incidents, 1u);
}

TEST(Statistics, OfNothingAreNothing) { EXPECT_FALSE(statistics({}, {}).resolved.mean); }

}  // namespace
}  // namespace vendaval::monitor
