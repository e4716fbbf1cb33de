// Runs, audit, and what the views are told.
#include <gmock/gmock.h>

#include "sql/audit_chain.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <class Row>
std::vector<std::string> ids(std::vector<Row> const& rows) {
  std::vector<std::string> result;
  for (auto const& row : rows) result.push_back(row.id);
  return result;
}

class Records : public Database {
 protected:
  sql::store db = open_migrated();
};
BOTH_DATABASES(Records);

TEST_P(Records, ARunLeftRunningEndsAsAnErrorWithItsReason) {
  must(db.commit({.runs = {a_run(1, "passed"), a_run(2), a_run(3)}}));
  EXPECT_THAT(ids(must(db.runs_left_running())), ElementsAre(id(2), id(3)));
  auto const ended = must(db.end_runs_left_running(at(5'000), "the program was killed"));
  EXPECT_THAT(ids(ended), ElementsAre(id(2), id(3)));
  EXPECT_THAT(must(db.runs_left_running()), IsEmpty());
  auto const run = must(db.run(id(2))).value();
  EXPECT_EQ(run.state, "error");
  EXPECT_EQ(run.ended_at, at(5'000));
  EXPECT_EQ(run.note, "the program was killed");
  EXPECT_EQ(run.owner, "pid 4711, boot 3f2a");
  EXPECT_EQ(must(db.run(id(1)))->state, "passed");
  EXPECT_EQ(must(db.counts()).audit, 2);
  EXPECT_THAT(must(db.end_runs_left_running(at(6'000), "again")), IsEmpty());
  must(db.commit({.runs = {a_run(8'000)}}));
  EXPECT_THAT(must(db.end_runs_left_running(at(7'000), "of this process")), IsEmpty()) << "it began later";
}

TEST_P(Records, AnUnknownRunOrIncidentIsNone) {
  EXPECT_EQ(must(db.run(id(404))), std::nullopt);
  EXPECT_EQ(must(db.incident("not an id")), std::nullopt);
}

TEST_P(Records, TheNewestComeFirst) {
  must(db.commit({.incidents = {an_incident(1), an_incident(3), an_incident(2)},
                  .metrics = {a_metric(1), a_metric(3), a_metric(2)},
                  .chaos_results = {a_result(1), a_result(3), a_result(2)},
                  .runs = {a_run(1), a_run(3), a_run(2)}}));
  EXPECT_THAT(ids(must(db.recent_incidents(2))), ElementsAre(id(3), id(2)));
  EXPECT_THAT(ids(must(db.recent_metrics({}, 2))), ElementsAre(id(3), id(2)));
  EXPECT_THAT(ids(must(db.recent_chaos_results(2))), ElementsAre(id(3), id(2)));
  EXPECT_THAT(ids(must(db.recent_runs(2))), ElementsAre(id(3), id(2)));
}

TEST_P(Records, OpenIncidentsAreThoseNobodyHasResolved) {
  must(db.commit({.incidents = {an_incident(1, "open"), an_incident(2, "investigating"), an_incident(3, "resolved"),
                                an_incident(4, "closed")}}));
  EXPECT_THAT(ids(must(db.open_incidents())), ElementsAre(id(2), id(1)));
  EXPECT_EQ(must(db.counts()).open_incidents, 2);
}

TEST_P(Records, AnIncidentIsRememberedWithItsDetailsAndNotes) {
  sql::incident_detail_row detail;
  detail.incident_id = id(1);
  detail.number = 7;
  detail.detected_at = at(1);
  detail.detected_by = "rule errors_high";
  detail.acknowledged_at = at(2);
  detail.acknowledged_by = "ana";
  detail.state = R"({"firing": ["errors_high"]})";
  sql::batch both{.incidents = {an_incident(1)},
                  .incident_details = {detail},
                  .incident_notes = {{id(1), 0, at(2), "ana", "banco avisado"}},
                  .states = {{"alert/itau/errors_high", R"({"firing": true})", at(2)}}};
  must(db.commit(both));
  both.incident_details[0].closed_by = "rui";
  must(db.commit(both));  // again, as after a lost answer to COMMIT
  auto const all = must(db.remembered_incidents(10));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].row.id, id(1));
  EXPECT_EQ(all[0].detail.number, 7);
  EXPECT_EQ(all[0].detail.detected_at, at(1));
  EXPECT_EQ(all[0].detail.acknowledged_by, "ana");
  EXPECT_EQ(all[0].detail.closed_by, "rui");
  EXPECT_FALSE(all[0].detail.closed_at);
  ASSERT_EQ(all[0].notes.size(), 1u);
  EXPECT_EQ(all[0].notes[0].text, "banco avisado");
  auto const states = must(db.monitor_states());
  ASSERT_EQ(states.size(), 1u);
  EXPECT_EQ(states[0].key, "alert/itau/errors_high");
  EXPECT_EQ(states[0].saved_at, at(2));
}

TEST_P(Records, MetricsAreNarrowedByBankTypeAndTime) {
  auto nubank = a_metric(2);
  nubank.institution_id = "nubank";
  auto latency = a_metric(3);
  latency.metric_type = "latency";
  must(db.commit({.metrics = {a_metric(1), nubank, latency, a_metric(4)}}));
  EXPECT_THAT(ids(must(db.recent_metrics({.institution_id = "nubank"}, 9))), ElementsAre(id(2)));
  EXPECT_THAT(ids(must(db.recent_metrics({.metric_type = "latency"}, 9))), ElementsAre(id(3)));
  EXPECT_THAT(ids(must(db.recent_metrics({.since = at(2), .until = at(4)}, 9))), ElementsAre(id(3), id(2)));
  EXPECT_THAT(
      ids(must(db.recent_metrics({.institution_id = "itau", .metric_type = "success_rate", .since = at(2)}, 9))),
      ElementsAre(id(4)));
}

TEST_P(Records, AMetricFilterIsAValueAndNeverSql) {
  must(db.commit({.metrics = {a_metric(1)}}));
  EXPECT_THAT(must(db.recent_metrics({.institution_id = "' OR '1'='1"}, 9)), IsEmpty());
}

TEST_P(Records, TheAuditIsNumberedAndChained) {
  must(db.commit({.audit = {an_act("arm"), an_act("stop", 1)}}));
  must(db.commit({.audit = {an_act("release", 2)}}));
  auto const newest_first = must(db.recent_audit(9));
  ASSERT_EQ(newest_first.size(), 3u);
  EXPECT_EQ(newest_first[2].previous_hash, sql::audit_genesis);
  EXPECT_EQ(newest_first[1].previous_hash, newest_first[2].hash);
  EXPECT_EQ(newest_first[0].previous_hash, newest_first[1].hash);
  EXPECT_EQ(newest_first[0].number, 3);
  EXPECT_EQ(newest_first[0].action, "release");
  EXPECT_EQ(newest_first[0].reason, "game day de terça");
  EXPECT_EQ(must(db.verify_audit()), std::nullopt);
}

TEST_P(Records, TheAuditCannotBeChangedOrDeleted) {
  must(db.commit({.audit = {an_act("arm")}}));
  EXPECT_THAT(raw()->run("UPDATE audit SET actor = 'ninguém'").value_or(""), HasSubstr("append-only"));
  EXPECT_THAT(raw()->run("DELETE FROM audit").value_or(""), HasSubstr("append-only"));
  if (!on_sqlite()) EXPECT_THAT(raw()->run("TRUNCATE audit").value_or(""), HasSubstr("append-only"));
  EXPECT_EQ(must(db.counts()).audit, 1);
}

TEST_P(Records, WhoeverGetsPastThatIsFoundOut) {
  must(db.commit({.audit = {an_act("arm"), an_act("stop"), an_act("release")}}));
  auto const there = raw();
  if (on_sqlite()) {
    ASSERT_FALSE(there->run("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete"));
  } else {
    ASSERT_FALSE(there->run("ALTER TABLE audit DISABLE TRIGGER ALL"));
  }
  ASSERT_FALSE(there->run("UPDATE audit SET reason = 'manutenção' WHERE number = 2"));
  auto const changed = must(db.verify_audit());
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->number, 2);
  ASSERT_FALSE(there->run("DELETE FROM audit WHERE number = 2"));
  EXPECT_THAT(must(db.verify_audit())->why, HasSubstr("missing"));
}

TEST_P(Records, TheLatestOfSomeActionsTellsWhetherTheKillSwitchIsLatched) {
  std::vector<std::string> const latch{"stop", "release"};
  EXPECT_EQ(must(db.latest_audit(latch)), std::nullopt);
  must(db.commit({.audit = {an_act("stop"), an_act("arm", 1)}}));
  EXPECT_EQ(must(db.latest_audit(latch))->action, "stop");
  must(db.commit({.audit = {an_act("release", 2), an_act("arm", 3)}}));
  EXPECT_EQ(must(db.latest_audit(latch))->action, "release");
  EXPECT_EQ(must(db.latest_audit({})), std::nullopt);
}

TEST_P(Records, TwoProgramsAppendToOneChain) {
  auto other = open();
  for (int i = 0; i < 5; ++i) {
    must(db.commit({.audit = {an_act("arm", i)}}));
    must(other.commit({.audit = {an_act("clear", i)}}));
  }
  EXPECT_EQ(must(db.verify_audit()), std::nullopt);
  EXPECT_EQ(must(db.counts()).audit, 10);
}

}  // namespace
}  // namespace vendaval::test
