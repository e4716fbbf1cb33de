#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Commit : public Database {
 protected:
  sql::store db = open_migrated();

  static sql::batch one_of_each() {
    return {.incidents = {an_incident(1)},
            .outbox = {a_notification("k1", id(1))},
            .metrics = {a_metric(1)},
            .chaos_results = {a_result(1)},
            .runs = {a_run(1)},
            .audit = {an_act("arm")}};
  }
  std::vector<std::int64_t> sizes() {
    auto const c = must(db.counts());
    return {c.incidents, c.outbox_waiting, c.metrics, c.chaos_results, c.runs, c.audit};
  }
};
BOTH_DATABASES(Commit);

TEST_P(Commit, AnIncidentComesBackAsItWent) {
  auto row = an_incident(1, "resolved");
  row.resolved_at = at(90'000);
  row.resolution_notes = "o banco voltou — 'sozinho'";
  row.affected_users_count = 12;
  row.assigned_to = "ana";
  must(db.commit({.incidents = {row}}));
  auto const back = must(db.incident(row.id)).value();
  EXPECT_EQ(std::tie(back.id, back.institution_id, back.incident_type, back.severity, back.status, back.description),
            std::tie(row.id, row.institution_id, row.incident_type, row.severity, row.status, row.description));
  EXPECT_EQ(std::tie(back.started_at, back.resolved_at, back.resolution_notes, back.affected_users_count,
                     back.created_by, back.assigned_to),
            std::tie(row.started_at, row.resolved_at, row.resolution_notes, row.affected_users_count, row.created_by,
                     row.assigned_to));
}

TEST_P(Commit, AMetricComesBackWithFourDecimals) {
  auto row = a_metric(1, 1234.56789);
  row.metric_type = "latency";
  must(db.commit({.metrics = {row}}));
  auto const back = must(db.recent_metrics({}, 1)).at(0);
  EXPECT_EQ(std::tie(back.id, back.institution_id, back.metric_type, back.timestamp, back.metadata),
            std::tie(row.id, row.institution_id, row.metric_type, row.timestamp, row.metadata));
  EXPECT_DOUBLE_EQ(back.value, 1234.5679);
}

TEST_P(Commit, AChaosResultComesBackAsItWent) {
  auto row = a_result(1, "failed");
  row.institution_id.reset();
  row.details = R"({"seed": 7})";
  must(db.commit({.chaos_results = {row}}));
  auto const back = must(db.recent_chaos_results(1)).at(0);
  EXPECT_EQ(std::tie(back.id, back.test_name, back.institution_id, back.test_type, back.status, back.duration_ms,
                     back.recovery_time_ms, back.details, back.executed_at),
            std::tie(row.id, row.test_name, row.institution_id, row.test_type, row.status, row.duration_ms,
                     row.recovery_time_ms, row.details, row.executed_at));
}

TEST_P(Commit, TimesAreKeptToTheMillisecond) {
  auto row = an_incident(1);
  row.started_at = at(7) + 999us;
  must(db.commit({.incidents = {row}}));
  EXPECT_EQ(must(db.incident(row.id))->started_at, at(7));
}

TEST_P(Commit, WritesOneOfEachTogether) {
  must(db.commit(one_of_each()));
  EXPECT_EQ(sizes(), (std::vector<std::int64_t>{1, 1, 1, 1, 1, 1}));
}

TEST_P(Commit, OneBadRowOfAnyTableLeavesNothingOfTheBatch) {
  std::vector<std::pair<std::string, std::function<void(sql::batch&)>>> const ways{
      {"severity", [](auto& b) { b.incidents.push_back(an_incident(2)), b.incidents[1].severity = "urgent"; }},
      {"incident id", [](auto& b) { b.incidents[0].id = "1"; }},
      {"orphan", [](auto& b) { b.outbox.push_back(a_notification("k2", id(404))); }},
      {"metric type", [](auto& b) { b.metrics.push_back(a_metric(2)), b.metrics[1].metric_type = "p95"; }},
      {"metric range", [](auto& b) { b.metrics.push_back(a_metric(2, 1e6)); }},
      {"metric nan", [](auto& b) { b.metrics.push_back(a_metric(2, std::nan(""))); }},
      {"metric infinite", [](auto& b) { b.metrics[0].value = std::numeric_limits<double>::infinity(); }},
      {"metadata", [](auto& b) { b.metrics[0].metadata = "{n:"; }},
      {"verdict", [](auto& b) { b.chaos_results.push_back(a_result(2, "aborted")); }},
      {"details", [](auto& b) { b.chaos_results[0].details = "?"; }},
      {"run state", [](auto& b) { b.runs.push_back(a_run(2, "paused")); }},
      {"audit id", [](auto& b) { b.audit.push_back(an_act("arm")), b.audit[1].id = "one"; }},
  };
  for (auto const& [name, spoil] : ways) {
    auto rows = one_of_each();
    spoil(rows);
    auto const answer = db.commit(rows);
    EXPECT_FALSE(answer) << name;
    EXPECT_EQ(sizes(), (std::vector<std::int64_t>{0, 0, 0, 0, 0, 0})) << name;
  }
  must(db.commit(one_of_each()));  // and the store is none the worse for it
}

TEST_P(Commit, AGroupIsOneTransaction) {
  std::vector<sql::batch> group{{.incidents = {an_incident(1)}}, {.incidents = {an_incident(2)}}};
  must(db.commit(group));
  EXPECT_EQ(must(db.counts()).incidents, 2);
  group = {{.incidents = {an_incident(3)}}, {.chaos_results = {a_result(1, "aborted")}}};
  EXPECT_FALSE(db.commit(group));
  EXPECT_EQ(must(db.counts()).incidents, 2);
}

// The answer to COMMIT may be lost with the connection: committing again must be harmless.
TEST_P(Commit, TheSameBatchTwiceIsWrittenOnce) {
  auto rows = one_of_each();
  rows.audit[0].id = id(9);
  must(db.commit(rows));
  must(db.commit(rows));
  EXPECT_EQ(sizes(), (std::vector<std::int64_t>{1, 1, 1, 1, 1, 1}));
  EXPECT_FALSE(must(db.verify_audit()));
}

TEST_P(Commit, AKnownIncidentRunOrResultIsReplaced) {
  must(db.commit(one_of_each()));
  must(db.commit({.incidents = {an_incident(1, "resolved")},
                  .chaos_results = {a_result(1, "failed")},
                  .runs = {a_run(1, "failed")}}));
  EXPECT_EQ(must(db.incident(id(1)))->status, "resolved");
  EXPECT_EQ(must(db.recent_chaos_results(9)).at(0).status, "failed");
  EXPECT_EQ(must(db.run(id(1)))->state, "failed");
  EXPECT_EQ(sizes(), (std::vector<std::int64_t>{1, 1, 1, 1, 1, 1}));
}

TEST_P(Commit, RowsWithoutAnIdGetOne) {
  auto metric = a_metric(1);
  auto chaos = a_result(1);
  metric.id = chaos.id = "";
  must(db.commit({.metrics = {metric, metric}, .chaos_results = {chaos}}));
  auto const back = must(db.recent_metrics({}, 9));
  ASSERT_EQ(back.size(), 2u);
  EXPECT_NE(back[0].id, back[1].id);
}

TEST_P(Commit, IdsAreKeptInLowerCase) {
  auto row = an_incident(1);
  row.id = "ABCDEF00-0000-4000-8000-00000000000F";
  must(db.commit({.incidents = {row}}));
  EXPECT_EQ(must(db.incident(row.id))->id, "abcdef00-0000-4000-8000-00000000000f");
}

TEST_P(Commit, OddBytesDoNotCostTheRecord) {
  auto row = an_incident(1);
  row.description = std::string("caf\xe9 \0!", 7);
  must(db.commit({.incidents = {row}}));
  EXPECT_EQ(must(db.incident(row.id))->description, "caf\uFFFD \uFFFD!");
}

TEST_P(Commit, ARefusalDoesNotQuoteTheRow) {
  auto row = an_incident(1);
  row.description = "cliente 123.456.789-09";
  row.severity = "urgent";
  auto const answer = db.commit({.incidents = {row}});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), AllOf(HasSubstr("severity"), Not(HasSubstr("123.456")), Not(HasSubstr("s3cr3t"))));
}

TEST_P(Commit, BeforeTheMigrationItSaysWhatToDo) {
  auto const there = raw();
  for (auto const* const table : {"outbox", "audit", "runs"})
    ASSERT_FALSE(there->run(fmt::format("DROP TABLE {}", table)));
  EXPECT_THAT(db.commit({.runs = {a_run(1)}}).error(), HasSubstr("bring the schema up to date"));
}

TEST_P(Commit, NothingAtAllIsFine) { must(db.commit(sql::batch())); }

}  // namespace
}  // namespace vendaval::test
