// The mission's tables, seen from outside: what is really there and what it really refuses.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Optional;
using column = std::vector<std::string>;  // name, type, NOT NULL

class Schema : public Database {
 protected:
  Schema() { open_migrated(); }

  std::vector<column> columns(std::string const& table) const {
    if (on_sqlite())
      return there->rows(
          fmt::format("SELECT name, type, CASE \"notnull\" WHEN 1 THEN 'required' ELSE '' END "
                      "FROM pragma_table_info('{}') ORDER BY cid",
                      table));
    return there->rows(
        fmt::format("SELECT attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN "
                    "'required' ELSE '' END FROM pg_attribute WHERE attrelid = '{}'::regclass "
                    "AND attnum > 0 ORDER BY attnum",
                    table));
  }
  /// The same expectation in the words of each database.
  std::vector<column> expected(std::vector<column> all) const {
    if (!on_sqlite()) return all;
    for (auto& each : all) each[1] = each[1] == "numeric(10,4)" ? "REAL" : each[1] == "integer" ? "INTEGER" : "TEXT";
    return all;
  }
  std::string insert_metric(std::string const& type, std::string const& number = "1") const {
    return there
        ->run(fmt::format("INSERT INTO banking_connector_metrics (institution_id, metric_type, metric_value) "
                          "VALUES ('itau', '{}', {})",
                          type, number))
        .value_or("taken");
  }
  std::string insert_incident(std::string const& severity, std::string const& status) const {
    return there
        ->run(fmt::format("INSERT INTO banking_incidents (institution_id, incident_type, severity, status, "
                          "description) VALUES ('itau', 'timeout', '{}', '{}', 'lento')",
                          severity, status))
        .value_or("taken");
  }
  std::string insert_result(std::string const& status) const {
    return there
        ->run(fmt::format("INSERT INTO chaos_test_results (test_name, test_type, status) VALUES ('s1', "
                          "'latency', '{}')",
                          status))
        .value_or("taken");
  }

  std::unique_ptr<raw_database> there = raw();
};
BOTH_DATABASES(Schema);

// DB-1
TEST_P(Schema, MetricsHaveExactlyTheMissionsColumns) {
  EXPECT_EQ(columns("banking_connector_metrics"), expected({{"id", "uuid", "required"},
                                                            {"institution_id", "text", "required"},
                                                            {"metric_type", "text", "required"},
                                                            {"metric_value", "numeric(10,4)", "required"},
                                                            {"timestamp", "timestamp with time zone", ""},
                                                            {"metadata", "jsonb", ""}}));
}

// DB-2
TEST_P(Schema, IncidentsHaveExactlyTheMissionsColumns) {
  EXPECT_EQ(columns("banking_incidents"), expected({{"id", "uuid", "required"},
                                                    {"institution_id", "text", "required"},
                                                    {"incident_type", "text", "required"},
                                                    {"severity", "text", ""},
                                                    {"status", "text", ""},
                                                    {"description", "text", "required"},
                                                    {"started_at", "timestamp with time zone", ""},
                                                    {"resolved_at", "timestamp with time zone", ""},
                                                    {"resolution_notes", "text", ""},
                                                    {"affected_users_count", "integer", ""},
                                                    {"created_by", "text", ""},
                                                    {"assigned_to", "text", ""}}));
}

// DB-3
TEST_P(Schema, ChaosResultsHaveExactlyTheMissionsColumns) {
  EXPECT_EQ(columns("chaos_test_results"), expected({{"id", "uuid", "required"},
                                                     {"test_name", "text", "required"},
                                                     {"institution_id", "text", ""},
                                                     {"test_type", "text", "required"},
                                                     {"status", "text", ""},
                                                     {"duration_ms", "integer", ""},
                                                     {"recovery_time_ms", "integer", ""},
                                                     {"details", "jsonb", ""},
                                                     {"executed_at", "timestamp with time zone", ""}}));
}

// DB-4, DB-5
TEST_P(Schema, HasTheTwoIndexesOfTheMissionNewestFirst) {
  auto const text_of = [&](std::string const& name) {
    return there->cell(on_sqlite() ? "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = '" + name + "'"
                                   : "SELECT indexdef FROM pg_indexes WHERE indexname = '" + name + "'");
  };
  EXPECT_THAT(text_of("idx_banking_metrics_institution_time"),
              MatchesRegex(".*banking_connector_metrics.*\\(institution_id, \"?timestamp\"? DESC\\)"));
  EXPECT_THAT(text_of("idx_incidents_status_severity"),
              MatchesRegex(".*banking_incidents.*\\(status, severity, started_at DESC\\)"));
}

TEST_P(Schema, TakesTheFourMetricTypesAndNoOther) {
  for (auto const* const type : {"success_rate", "latency", "error_rate", "uptime"})
    EXPECT_EQ(insert_metric(type), "taken");
  for (auto const* const type : {"p95", "Latency", ""}) EXPECT_NE(insert_metric(type), "taken") << type;
}

TEST_P(Schema, TakesTheSeveritiesAndStatesOfAnIncidentAndNoOthers) {
  for (auto const* const severity : {"low", "medium", "high", "critical"})
    EXPECT_EQ(insert_incident(severity, "open"), "taken");
  for (auto const* const status : {"open", "investigating", "resolved", "closed"})
    EXPECT_EQ(insert_incident("low", status), "taken");
  EXPECT_NE(insert_incident("urgent", "open"), "taken");
  EXPECT_NE(insert_incident("low", "monitoring"), "taken");
}

TEST_P(Schema, TakesTheThreeVerdictsAndNoOther) {
  for (auto const* const status : {"passed", "failed", "error"}) EXPECT_EQ(insert_result(status), "taken");
  EXPECT_NE(insert_result("aborted"), "taken");
}

TEST_P(Schema, AFigureHasAtMostSixDigitsBeforeThePoint) {
  EXPECT_EQ(insert_metric("latency", "999999.9999"), "taken");
  EXPECT_NE(insert_metric("latency", "1000000"), "taken");
  EXPECT_NE(insert_metric("latency", "'fast'"), "taken");
  EXPECT_NE(insert_metric("latency", "NULL"), "taken");
}

TEST_P(Schema, RefusesWhatIsNoJsonAndWhatIsNoId) {
  EXPECT_TRUE(
      there->run("INSERT INTO banking_connector_metrics (institution_id, metric_type, metric_value, metadata) "
                 "VALUES ('itau', 'uptime', 1, '{n:')"));
  EXPECT_TRUE(there->run("INSERT INTO chaos_test_results (test_name, test_type, details) VALUES ('a', 'b', 'c')"));
  EXPECT_TRUE(there->run("INSERT INTO chaos_test_results (id, test_name, test_type) VALUES ('run-1', 'a', 'b')"));
  EXPECT_FALSE(there->run("INSERT INTO chaos_test_results (test_name, test_type, details) VALUES ('a', 'b', '{}')"));
}

TEST_P(Schema, AnIncidentBeginsOpenNowAndWithNobodyAffected) {
  ASSERT_FALSE(
      there->run("INSERT INTO banking_incidents (institution_id, incident_type, description) "
                 "VALUES ('itau', 'timeout', 'lento')"));
  EXPECT_THAT(there->rows("SELECT status, affected_users_count, resolved_at FROM banking_incidents"),
              ElementsAre(ElementsAre("open", "0", "NULL")));
}

TEST_P(Schema, DefaultsMakeIdsAndTimesThatTheStoreReads) {
  ASSERT_EQ(insert_metric("uptime"), "taken");
  ASSERT_EQ(insert_incident("low", "open"), "taken");
  ASSERT_EQ(insert_result("passed"), "taken");
  auto db = open();
  constexpr auto uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  auto const recent = [](wall_time t) {
    auto const age = std::chrono::system_clock::now() - t;
    return age > -1min && age < 10min;  // the default means now, not 1970
  };
  auto const metric = must(db.recent_metrics({}, 1)).at(0);
  auto const incident = must(db.recent_incidents(1)).at(0);
  auto const chaos = must(db.recent_chaos_results(1)).at(0);
  for (auto const& made : {metric.id, incident.id, chaos.id}) EXPECT_THAT(made, testing::ContainsRegex(uuid));
  EXPECT_TRUE(recent(metric.timestamp) && recent(incident.started_at) && recent(chaos.executed_at));
}

TEST_P(Schema, DefaultIdsDiffer) {
  for (int i = 0; i < 200; ++i) ASSERT_EQ(insert_result("passed"), "taken");
  EXPECT_EQ(there->cell("SELECT count(DISTINCT id) FROM chaos_test_results"), "200");
}

TEST_P(Schema, ARunThatIsOverSaysWhen) {
  auto const insert = [&](std::string const& state, std::string const& ended) {
    return there->run(
        fmt::format("INSERT INTO runs (id, scenario, state, started_at, ended_at, owner) VALUES ('{}', "
                    "'s1', '{}', '2026-01-19T17:31:05.120Z', {}, 'pid 1')",
                    id(static_cast<int>(state.size() + ended.size())), state, ended));
  };
  EXPECT_EQ(insert("running", "NULL"), std::nullopt);
  EXPECT_EQ(insert("aborted", "'2026-01-19T17:32:05.120Z'"), std::nullopt);
  EXPECT_TRUE(insert("passed", "NULL"));
  EXPECT_TRUE(insert("running", "'2026-01-19T17:32:05.120Z'"));
  EXPECT_TRUE(insert("paused", "'2026-01-19T17:32:05.120Z'"));
}

TEST_P(Schema, ANotificationMayNotPointAtAnIncidentThatIsNotThere) {
  auto db = open();
  auto const orphan = db.commit({.incidents = {},
                                 .outbox = {a_notification("k", id(404))},
                                 .metrics = {},
                                 .chaos_results = {},
                                 .runs = {},
                                 .audit = {}});
  EXPECT_FALSE(orphan);
}

}  // namespace
}  // namespace vendaval::test
