// What is exported from either database, loaded into a real PostgreSQL that has the mission's tables and nothing else.
#include "controller/export.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "tests/sql/support/database.hpp"

namespace vendaval::controller {
namespace {

using test::a_metric;
using test::a_result;
using test::an_incident;
using test::at;
using test::id;
using test::must;

struct Export : test::Database {
  sql::store db = open_migrated();

  /// Texts that trip up whoever quotes by hand.
  void fill() {
    auto odd = an_incident(1, "resolved");
    odd.description = "d'água, \"aspas\" e \\barra;\nduas linhas";
    odd.resolved_at = at(90'000);
    odd.resolution_notes = "";
    odd.affected_users_count = 12;
    auto metric = a_metric(1, 1234.5678);
    metric.metadata = R"({"op_class": "link+retrieve", "note": "it's \\ \"so\""})";
    auto chaos = a_result(1, "failed");
    chaos.institution_id.reset();
    chaos.details = R"({"seed": 7})";
    must(db.commit({.incidents = {odd, an_incident(2)}, .metrics = {metric, a_metric(2)}, .chaos_results = {chaos}}));
  }
  template <class Row>
  std::string exported(export_table what, export_format how, sql::export_filter const& filter = {}) {
    auto text = export_head(what, how);
    for (auto const& row : must(db.page<Row>(filter))) text += export_row(row, how);
    return text + export_tail(how);
  }
};
BOTH_DATABASES(Export);

TEST_P(Export, TheSqlLoadsIntoTheMissionsTablesAndReadsBackAsItWas) {
  fill();
  auto const there = test::raw_database::open(test::postgres_server::instance().new_database());
  ASSERT_FALSE(there->run(std::string(export_ddl())));
  for (int twice = 0; twice != 2; ++twice) {
    for (auto const& text : {exported<sql::metric_row>(export_table::metrics, export_format::sql),
                             exported<sql::incident_row>(export_table::incidents, export_format::sql),
                             exported<sql::chaos_result_row>(export_table::chaos, export_format::sql)})
      EXPECT_EQ(there->run(text), std::nullopt) << text;
  }
  EXPECT_EQ(there->cell("SELECT count(*) FROM banking_connector_metrics"), "2");
  EXPECT_EQ(there->cell("SELECT metric_value FROM banking_connector_metrics WHERE id = '" + id(1) + "'"), "1234.5678");
  EXPECT_EQ(there->cell("SELECT metadata->>'note' FROM banking_connector_metrics WHERE id = '" + id(1) + "'"),
            "it's \\ \"so\"");
  auto const incident =
      there
          ->rows(
              "SELECT description, resolved_at > started_at, resolution_notes, affected_users_count, assigned_to FROM "
              "banking_incidents WHERE id = '" +
              id(1) + "'")
          .at(0);
  EXPECT_THAT(incident, testing::ElementsAre("d'água, \"aspas\" e \\barra;\nduas linhas", "t", "", "12", "NULL"));
  auto const chaos =
      there->rows("SELECT institution_id, status, details->>'seed', executed_at FROM chaos_test_results").at(0);
  EXPECT_THAT(chaos, testing::ElementsAre("NULL", "failed", "7", "2026-01-19 17:31:05.121+00"));
}

TEST_P(Export, TheCsvQuotesAsItsStandardSaysAndTellsAnEmptyTextFromNull) {
  fill();
  auto const csv = exported<sql::incident_row>(export_table::incidents, export_format::csv);
  EXPECT_TRUE(
      csv.starts_with("id,institution_id,incident_type,severity,status,description,started_at,resolved_at,"
                      "resolution_notes,affected_users_count,created_by,assigned_to\r\n"));
  EXPECT_THAT(csv, testing::HasSubstr(R"("d'água, ""aspas"" e \barra;)"));
  EXPECT_THAT(csv, testing::HasSubstr(",\"\",12,")) << "an empty text is quoted, so that it is no NULL";
}

TEST_P(Export, EveryLineOfNdjsonIsOneObjectWithTheMissionsColumns) {
  fill();
  auto const lines = exported<sql::metric_row>(export_table::metrics, export_format::ndjson);
  auto const first = boost::json::parse(lines.substr(0, lines.find('\n'))).as_object();
  std::vector<std::string> names;
  for (auto const& member : first) names.emplace_back(member.key());
  EXPECT_THAT(names,
              testing::ElementsAre("id", "institution_id", "metric_type", "metric_value", "timestamp", "metadata"));
  EXPECT_EQ(first.at("metric_value").as_double(), 1234.5678);
  EXPECT_EQ(first.at("metadata").at("op_class"), "link+retrieve");
  EXPECT_EQ(std::ranges::count(lines, '\n'), 2);
}

TEST_P(Export, ThePlatformsIncidentIsLeftToTheRowsOfItsBanks) {
  auto platform = an_incident(1), itau = an_incident(2), bb = an_incident(3);
  platform.institution_id = "*";
  itau.institution_id = "itau";
  bb.institution_id = "bb";
  must(db.commit({.incidents = {platform, itau, bb}}));
  for (auto const how : {export_format::csv, export_format::ndjson, export_format::sql}) {
    auto const text = exported<sql::incident_row>(export_table::incidents, how);
    EXPECT_THAT(text, testing::Not(testing::HasSubstr(id(1))));
    EXPECT_THAT(text, testing::AllOf(testing::HasSubstr(id(2)), testing::HasSubstr(id(3))));
  }
}

TEST_P(Export, PagesFollowOneAnotherWithoutGapOrRepetition) {
  sql::batch rows;
  for (int n = 1; n <= 25; ++n) {
    rows.metrics.push_back(a_metric(n));
    rows.metrics.back().timestamp = at(n / 4);  // several at the same instant
    rows.metrics.back().institution_id = n % 5 == 0 ? "bb" : "itau";
  }
  must(db.commit(rows));
  sql::export_filter filter{.institution_id = "itau", .since = at(1), .until = at(6), .limit = 3};
  std::vector<std::string> seen;
  for (;;) {
    auto const page = must(db.page<sql::metric_row>(filter));
    for (auto const& row : page) seen.push_back(row.id);
    if (page.size() < 3) break;
    filter.after = sql::page_key(page.back());
  }
  std::vector<std::string> expected;
  for (int n = 4; n <= 23; ++n)
    if (n % 5 != 0) expected.push_back(id(n));
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace vendaval::controller
