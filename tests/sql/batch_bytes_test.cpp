#include "sql/batch_bytes.hpp"

#include "base/dice.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

sql::batch one_of_each() {
  auto incident = an_incident(1, "resolved");
  incident.resolved_at = at(90'000);
  incident.resolution_notes = "";  // empty is not NULL
  auto metric = a_metric(1, 1234.5678);
  metric.id = "";
  sql::history_row minute;
  minute.institution_id = "itau";
  minute.operation = "retrieve";
  minute.writer = "w1";
  minute.began_at = at();
  minute.counts.good = 7;
  return {.incidents = {incident, an_incident(2)},
          .outbox = {a_notification("k1", id(1)), a_notification("k2")},
          .metrics = {metric},
          .chaos_results = {a_result(1)},
          .runs = {a_run(1)},
          .history = {minute},
          .maintenance = {{id(3), "itau", at(), at(1000), at(-1000), "versão nova", "ana"}},
          .outbox_marks = {{"k1", at(5), "", "C1 1768.1"}, {"k2", at(6), "the receiver answered 404"}},
          .incident_details =
              {{.incident_id = id(1), .number = 42, .detected_at = at(), .detected_by = "rule errors_high"}},
          .incident_notes = {{id(1), 0, at(), "ana", "olhando"}},
          .states = {{"alive", "{}", at()}}};
}

class BatchBytes : public Database {};
BOTH_DATABASES(BatchBytes);

TEST_P(BatchBytes, WhatIsReadBackIsCommittedAsTheSameRowsHoweverOften) {
  auto const raw_bytes = must(sql::to_bytes(one_of_each()));
  EXPECT_EQ(must(sql::to_bytes(must(sql::batch_from_bytes(raw_bytes)))), raw_bytes) << "also the minted ids";
  auto db = open_migrated();
  for (int time = 0; time != 2; ++time) must(db.commit(must(sql::batch_from_bytes(raw_bytes))));
  auto const counts = must(db.counts());
  EXPECT_EQ(counts.incidents, 2);
  EXPECT_EQ(counts.metrics, 1);
  EXPECT_EQ(counts.outbox_accepted, 1);
  EXPECT_EQ(counts.outbox_dead, 1);
  EXPECT_EQ(must(db.outbox_of(id(1))).at(0).reference, "C1 1768.1");
  ASSERT_EQ(must(db.remembered_incidents(10)).size(), 1u);
  EXPECT_EQ(must(db.remembered_incidents(10)).at(0).notes.size(), 1u);
  EXPECT_EQ(must(db.monitor_states()).size(), 1u);
  EXPECT_EQ(must(db.incident(id(1)))->resolution_notes, "");
  EXPECT_EQ(must(db.incident(id(2)))->resolution_notes, std::nullopt);
  EXPECT_EQ(must(db.history("itau", {"minute", at(), at(1)})).at(0).counts.good, 7);
}

TEST(BatchBytesOfOld, AMarkOfAnEarlierReleaseEndsBeforeItsReference) {
  // Version 1, ten empty parts, then one mark of three cells.
  std::string old("\1\0\0\0\0\0\0\0\0\0\0\1\3\3k1", 16);
  old += static_cast<char>(25);
  old += "2026-01-19T17:31:05.120Z";
  old += "\1";
  auto const rows = must(sql::batch_from_bytes(old));
  ASSERT_EQ(rows.outbox_marks.size(), 1u);
  EXPECT_EQ(rows.outbox_marks[0].dedup_key, "k1");
  EXPECT_EQ(iso8601(rows.outbox_marks[0].at), "2026-01-19T17:31:05.120Z");
  EXPECT_EQ(rows.outbox_marks[0].reference, std::nullopt);
}

TEST(BatchBytesOfOld, AMinuteOfAnEarlierReleaseEndsBeforeItsClients) {
  std::string old("\1\0\0\0\0\0\1\20", 8);  // version 1, five empty parts, then one row of sixteen cells
  std::vector<std::string> cells{"itau", "minute", "2026-01-19T17:31:00.000Z", "retrieve", "w1"};
  cells.insert(cells.end(), 9, "7");
  cells.insert(cells.end(), {"{}", "QUJD"});
  for (auto const& cell : cells) old += static_cast<char>(cell.size() + 1) + cell;
  old += std::string(5, '\0');  // four more parts and no marks
  auto const rows = must(sql::batch_from_bytes(old));
  ASSERT_EQ(rows.history.size(), 1u);
  EXPECT_EQ(rows.history[0].counts.good, 7);
  EXPECT_EQ(rows.history[0].latencies, "QUJD");
  EXPECT_EQ(rows.history[0].clients, "{}");
}

TEST(BatchBytesRefuse, WhatCanNeverBeStoredAndWhatMustNotWait) {
  auto rows = one_of_each();
  rows.incidents[0].id = "one";
  EXPECT_THAT(sql::to_bytes(rows).error(), HasSubstr("not a UUID"));
  EXPECT_THAT(sql::to_bytes({.audit = {an_act("arm")}}).error(), HasSubstr("audit"));
}

TEST(BatchBytesRefuse, WhatTheyDidNotWrite) {
  auto const raw = must(sql::to_bytes(one_of_each()));
  for (std::size_t cut = 0; cut != raw.size(); ++cut) EXPECT_FALSE(sql::batch_from_bytes(raw.substr(0, cut))) << cut;
  EXPECT_FALSE(sql::batch_from_bytes(raw + '\0'));
  dice d(1);
  for (int i = 0; i != 20'000; ++i) {  // no crash, whatever it is
    auto odd = raw;
    odd[d.below(odd.size())] = static_cast<char>(d.bits());
    (void)sql::batch_from_bytes(odd);
  }
}

}  // namespace
}  // namespace vendaval::test
