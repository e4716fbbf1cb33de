// Minutes that become hours and days, and go when they are old.
#include <gmock/gmock.h>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr wall_time noon{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 12h};

sql::history_row a_minute(int n, std::string institution = "itau", std::string writer = "w1") {
  sql::history_row row;
  row.institution_id = std::move(institution);
  row.began_at = noon + std::chrono::minutes(n);
  row.operation = "retrieve";
  row.writer = std::move(writer);
  row.counts = {.good = 90,
                .bad = 10,
                .neither = 5,
                .injected_bad = 4,
                .platform = 3,
                .injected_platform = 1,
                .bank_bad = 6,
                .probes_good = 2,
                .probes_bad = 1};
  row.outcomes = R"({"genuine": {"ok": 90}})";
  row.latencies = "QUJD";
  row.clients = R"({"00c0ffee00c0ffee": [100, 10]})";
  return row;
}

/// Counts add up; the sketches are joined so that a test sees each that went in.
sql::history_rules joining() {
  sql::history_rules rules;
  rules.buckets = [](sql::history_row const& minute) {
    std::vector<sql::history_row> all(2, minute);
    for (auto& row : all) row.writer = "", row.counts = {}, row.latencies = "", row.outcomes = "{}";
    all[0].grain = "hour";
    all[0].began_at = std::chrono::floor<std::chrono::hours>(minute.began_at);
    all[1].grain = "day";
    all[1].began_at = std::chrono::floor<std::chrono::days>(minute.began_at);
    return all;
  };
  rules.merge = [](sql::history_row& sum, sql::history_row const& more) {
    sum.counts.good += more.counts.good;
    sum.counts.bad += more.counts.bad;
    sum.latencies += more.latencies;
  };
  return rules;
}

class History : public Database {
 protected:
  sql::store db = open_migrated();
  sql::history_rules const rules = joining();

  sql::batch minutes(std::vector<sql::history_row> rows) { return {.history = std::move(rows)}; }
  void roll_all() {
    while (must(db.roll_up(7, rules)) != 0) {
    }
  }
  std::vector<sql::history_row> rows(std::string grain, std::string const& institution = "itau") {
    return must(db.history(institution, {std::move(grain), noon - 24h * 400, noon + 24h * 400}));
  }
};
BOTH_DATABASES(History);

TEST_P(History, AMinuteComesBackAsItWent) {
  must(db.commit(minutes({a_minute(1)})));
  auto const back = rows("minute");
  ASSERT_THAT(back, SizeIs(1));
  auto const went = a_minute(1);
  EXPECT_EQ(std::tie(back[0].institution_id, back[0].grain, back[0].began_at, back[0].operation, back[0].writer,
                     back[0].outcomes, back[0].latencies, back[0].clients),
            std::tie(went.institution_id, went.grain, went.began_at, went.operation, went.writer, went.outcomes,
                     went.latencies, went.clients));
  auto const &a = back[0].counts, &b = went.counts;
  EXPECT_EQ(std::tie(a.good, a.bad, a.neither, a.injected_bad, a.platform, a.injected_platform, a.bank_bad,
                     a.probes_good, a.probes_bad),
            std::tie(b.good, b.bad, b.neither, b.injected_bad, b.platform, b.injected_platform, b.bank_bad,
                     b.probes_good, b.probes_bad));
}

TEST_P(History, AMinuteCommittedTwiceIsOneRowAndCountsOnce) {
  must(db.commit(minutes({a_minute(1)})));
  roll_all();
  must(db.commit(minutes({a_minute(1)})));  // as after a crash: nobody knows whether it had been written
  roll_all();
  EXPECT_THAT(rows("minute"), SizeIs(1));
  ASSERT_THAT(rows("hour"), SizeIs(1));
  EXPECT_EQ(rows("hour")[0].counts.good, 90);
}

TEST_P(History, TwoProcessesMayCountTheSameMinute) {
  must(db.commit(minutes({a_minute(1), a_minute(1, "itau", "w2")})));
  roll_all();
  EXPECT_THAT(rows("minute"), SizeIs(2));
  EXPECT_EQ(rows("day").at(0).counts.good, 180);
}

TEST_P(History, RollsUpInSmallStepsAndWhatComesLateIsAdded) {
  for (int n = 0; n < 120; ++n) must(db.commit(minutes({a_minute(n)})));
  EXPECT_EQ(must(db.roll_up(50, rules)), 50);
  roll_all();
  must(db.commit(minutes({a_minute(30, "itau", "w2")})));  // from a spool, hours later
  roll_all();
  auto const hours = rows("hour");
  ASSERT_THAT(hours, SizeIs(2));
  EXPECT_EQ(hours[0].counts.good, 90 * 61);
  EXPECT_EQ(hours[1].counts.good, 90 * 60);
  EXPECT_EQ(hours[1].latencies.size(), 60u * 4);
  EXPECT_EQ(rows("day").at(0).counts.bad, 10 * 121);
  EXPECT_EQ(must(db.roll_up(50, rules)), 0);
}

TEST_P(History, AFailingMergeLeavesEveryMinuteToBeRolledAgain) {
  must(db.commit(minutes({a_minute(1), a_minute(2)})));
  auto broken = rules;
  broken.merge = [n = 0](sql::history_row&, sql::history_row const&) mutable {
    if (++n == 3) throw std::runtime_error("not a sketch");
  };
  EXPECT_FALSE(db.roll_up(50, broken));
  EXPECT_THAT(rows("hour"), IsEmpty());
  roll_all();
  EXPECT_EQ(rows("hour").at(0).counts.good, 180);
}

TEST_P(History, SumsSeveralSpansByInstitutionAndOperation) {
  must(db.commit(minutes({a_minute(0), a_minute(1), a_minute(70), a_minute(2, "bb"), a_minute(3, "caixa")})));
  roll_all();
  std::vector<sql::history_span> const spans{{"minute", noon, noon + 1min}, {"hour", noon + 1h, noon + 2h}};
  std::vector<std::string> const banks{"itau", "bb"};
  auto const sums = must(db.history_sums(spans, banks));
  ASSERT_THAT(sums, SizeIs(1));
  EXPECT_EQ(sums[0].institution_id, "itau");
  EXPECT_EQ(sums[0].counts.good, 180);
  EXPECT_THAT(must(db.history_sums(spans, {})), IsEmpty());
  EXPECT_THAT(must(db.institutions_with_history(noon - 24h)), ElementsAre("bb", "caixa", "itau"));
}

TEST_P(History, LetsGoOfWhatIsOldInSmallStepsButNeverOfAMinuteThatIsInNoHour) {
  for (int n = 0; n < 10; ++n) must(db.commit(minutes({a_minute(n)})));
  sql::history_retention const soon{noon + 5min, noon - 24h, noon - 24h, noon};
  EXPECT_EQ(must(db.prune(soon, 100)), 0);
  roll_all();
  EXPECT_EQ(must(db.prune(soon, 3)), 3);
  EXPECT_EQ(must(db.prune(soon, 100)), 2);
  EXPECT_THAT(rows("minute"), SizeIs(5));
  EXPECT_EQ(must(db.prune({noon + 24h, noon + 24h, noon + 24h, noon}, 100)), 7);
  EXPECT_THAT(rows("day"), IsEmpty());
}

TEST_P(History, KeepsTheMinutesOfAMaintenanceAsLongAsHours) {
  for (int n = 0; n < 10; ++n) must(db.commit(minutes({a_minute(n)})));
  must(db.commit({.maintenance = {{"", "itau", noon + 2min, noon + 4min, noon - 24h * 8, "versão nova", "ana"}}}));
  roll_all();
  EXPECT_EQ(must(db.prune({noon + 24h, noon - 24h, noon - 24h, noon}, 100)), 8);
  EXPECT_THAT(rows("minute"), SizeIs(2));
  EXPECT_EQ(must(db.prune({noon + 24h, noon + 24h, noon - 24h, noon}, 100)), 3);
}

TEST_P(History, LetsGoOfOldMetricsToo) {
  must(db.commit({.metrics = {a_metric(1), a_metric(2)}, .history = {a_minute(0)}}));
  roll_all();
  EXPECT_EQ(must(db.prune({noon - 24h, noon - 24h, noon - 24h, at(2)}, 100)), 1);
  EXPECT_EQ(must(db.counts()).metrics, 1);
}

TEST_P(History, TellsOfMaintenanceThatTouchesATime) {
  sql::maintenance_row row{id(1), "itau", at(), at(1000), at(-1000), "versão nova", "statuspage"};
  must(db.commit({.maintenance = {row}}));
  auto const back = must(db.maintenance(at(999), at(5000)));
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(std::tie(back[0].id, back[0].from, back[0].until, back[0].announced_at, back[0].reason, back[0].source),
            std::tie(row.id, row.from, row.until, row.announced_at, row.reason, row.source));
  EXPECT_THAT(must(db.maintenance(at(1000), at(5000))), IsEmpty());
  row.until = row.from;
  EXPECT_FALSE(db.commit({.maintenance = {row}}));
}

TEST_P(History, MaintenanceThatHasBegunIsNotWithdrawn) {
  for (int n : {1, 2})
    must(db.commit({.maintenance = {{id(n), "itau", at(n * 1000), at(n * 1000 + 500), at(), "versão nova", "ana"}}}));
  std::vector const both{id(1), id(2)};
  must(db.withdraw_maintenance(both, at(1000)));
  auto const left = must(db.maintenance(at(), at(9000)));
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].id, id(1));
}

}  // namespace
}  // namespace vendaval::test
