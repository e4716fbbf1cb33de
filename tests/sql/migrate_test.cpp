#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <latch>
#include <thread>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using sql::migration;
using testing::AllOf;
using testing::HasSubstr;

class Migrate : public Database {
 protected:
  /// What the migrations made, in words that two databases of one engine can be compared by.
  static std::vector<std::vector<std::string>> shape(raw_database& there, bool sqlite) {
    return there.rows(sqlite
                          ? "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
                          : "SELECT 'column', table_name || '.' || column_name, data_type || coalesce(column_default, "
                            "'') || is_nullable FROM information_schema.columns WHERE table_schema = 'public' UNION "
                            "ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
                            "UNION ALL SELECT 'check', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE "
                            "connamespace = 'public'::regnamespace ORDER BY 1, 2");
  }
  bool has_table(std::string const& name) const {
    return raw()->cell(on_sqlite() ? "SELECT count(*) FROM sqlite_master WHERE name = '" + name + "'"
                                   : "SELECT count(*) FROM pg_tables WHERE tablename = '" + name + "'") == "1";
  }
  int const newest = static_cast<int>(sql::migrations_of(GetParam()).size());
  std::array<migration, 2> const steps{
      migration{1, "001_a", "CREATE TABLE a (x INTEGER);"},
      migration{2, "002_b", "CREATE TABLE b (x INTEGER); CREATE TABLE c (x INTEGER);"}};
};
BOTH_DATABASES(Migrate);

TEST_P(Migrate, GoesFromNothingToTheNewestVersion) {
  auto db = open();
  EXPECT_EQ(must(db.schema_version()), 0);
  must(db.migrate());
  EXPECT_EQ(must(db.schema_version()), newest);
  EXPECT_EQ(raw()->rows("SELECT version, name FROM schema_version ORDER BY version"),
            (std::vector<std::vector<std::string>>{{"1", "001_mission"},
                                                   {"2", "002_program"},
                                                   {"3", "003_history"},
                                                   {"4", "004_incident_details"},
                                                   {"5", "005_notifications"},
                                                   {"6", "006_clients"}}));
}

TEST_P(Migrate, ASecondTimeChangesNothing) {
  auto db = open_migrated();
  must(db.commit({.incidents = {an_incident(1)}}));
  auto const before = shape(*raw(), on_sqlite());
  must(db.migrate());
  EXPECT_EQ(shape(*raw(), on_sqlite()), before);
  EXPECT_EQ(must(db.counts()).incidents, 1);
}

TEST_P(Migrate, AppliesOnlyWhatIsMissing) {
  auto db = open();
  must(db.migrate(std::span(steps).first(1)));
  EXPECT_FALSE(has_table("b"));
  must(db.migrate(steps));
  EXPECT_TRUE(has_table("b"));
}

TEST_P(Migrate, AFailingStatementLeavesTheDatabaseAsItWas) {
  auto db = open();
  must(db.migrate(std::span(steps).first(1)));
  auto const before = shape(*raw(), on_sqlite());
  std::array const broken{steps[0], migration{2, "002_b", "CREATE TABLE b (x INTEGER); CREATE TABLE a (y INTEGER);"}};
  auto const answer = db.migrate(broken);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), AllOf(HasSubstr("002_b"), HasSubstr("already exists"), HasSubstr("as it was")));
  EXPECT_EQ(shape(*raw(), on_sqlite()), before);
  EXPECT_EQ(must(db.schema_version()), 1);
  must(db.migrate(steps));  // and the right text still goes in
  EXPECT_EQ(must(db.schema_version()), 2);
}

TEST_P(Migrate, HistoryOfAnEarlierReleaseIsKeptAndNamesNoClients) {
  auto db = open();
  must(db.migrate(sql::migrations_of(GetParam()).first(5)));
  ASSERT_FALSE(
      raw()->run("INSERT INTO traffic_history (institution_id, grain, began_at, operation, writer, good, bad, neither, "
                 "injected_bad, platform, injected_platform, bank_bad, probes_good, outcomes, latencies, rolled) "
                 "VALUES ('itau', 'minute', '2026-01-19T17:00:00.000Z', 'retrieve', 'w1', 7, 6, 5, 4, 3, 2, 1, 9, "
                 "'{}', 'QUJD', 1)"));
  must(db.migrate());
  auto const rows = must(db.history("itau", {"minute", wall_time{}, at(24'000'000)}));
  ASSERT_EQ(rows.size(), 1u);
  auto const& n = rows[0].counts;
  EXPECT_EQ((std::array{n.good, n.bad, n.neither, n.injected_bad, n.platform, n.injected_platform, n.bank_bad,
                        n.probes_good, n.probes_bad}),
            (std::array<std::int64_t, 9>{7, 6, 5, 4, 3, 2, 1, 9, 0}));
  EXPECT_EQ(rows[0].latencies, "QUJD");
  EXPECT_EQ(rows[0].clients, "{}");
  EXPECT_EQ(raw()->cell("SELECT rolled FROM traffic_history"), "1") << "or it would be added to its hour again";
}

TEST_P(Migrate, KilledHalfWayItBeginsAgain) {
  {
    auto other = raw();  // a program that dies between two statements: its connection ends, nothing is committed
    ASSERT_FALSE(other->run("BEGIN"));
    ASSERT_FALSE(other->run(std::string(sql::version_table_of(GetParam()))));
    ASSERT_FALSE(other->run(std::string(sql::migrations_of(GetParam())[0].text)));
  }
  auto db = open_migrated();
  EXPECT_EQ(must(db.schema_version()), newest);
}

TEST_P(Migrate, TwoProgramsAtOnceBothSucceed) {
  std::latch ready(2);
  auto const migrate = [&](std::string& error) {
    auto db = open();
    ready.arrive_and_wait();
    if (auto const done = db.migrate(); !done) error = done.error();
  };
  std::string one, two;
  std::thread other([&] { migrate(two); });
  migrate(one);
  other.join();
  EXPECT_EQ(one, "");
  EXPECT_EQ(two, "");
  EXPECT_EQ(raw()->cell("SELECT count(*) FROM schema_version"), std::to_string(newest));
}

TEST_P(Migrate, RefusesASchemaOfANewerProgram) {
  auto db = open();
  must(db.migrate(steps));
  auto const answer = db.migrate(std::span(steps).first(1));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), AllOf(HasSubstr("version 2 (002_b)"), HasSubstr("newer"), HasSubstr("Fix:")));
  EXPECT_EQ(must(db.schema_version()), 2);
}

TEST_P(Migrate, RefusesAStepWhoseTextHasChanged) {
  auto db = open();
  must(db.migrate(std::span(steps).first(1)));
  std::array const changed{migration{1, "001_a", "CREATE TABLE a (x TEXT);"}, steps[1]};
  auto const answer = db.migrate(changed);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), AllOf(HasSubstr("001_a"), HasSubstr("another text"), HasSubstr("Fix:")));
  EXPECT_FALSE(has_table("b"));
}

TEST_P(Migrate, RefusesAGapInTheNumbers) {
  std::array const gap{steps[0], migration{3, "003_c", "CREATE TABLE d (x INTEGER);"}};
  EXPECT_FALSE(open().migrate(gap));
  EXPECT_FALSE(has_table("a"));
}

TEST_P(Migrate, BothEnginesHaveTheSameStepsUnderTheSameNames) {
  auto const ours = sql::migrations_of(GetParam()), others = sql::migrations_of(sql::engine::postgres);
  ASSERT_EQ(ours.size(), others.size());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_EQ(ours[i].name, others[i].name);
}

}  // namespace
}  // namespace vendaval::test
