#include <gmock/gmock.h>

#include <algorithm>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class Outbox : public Database {
 protected:
  sql::store db = open_migrated();

  void put(std::string const& key, std::optional<std::string> incident = std::nullopt, wall_time due = at()) {
    auto row = a_notification(key, std::move(incident));
    row.next_attempt_at = due;
    must(db.commit({.outbox = {row}}));
  }
  std::vector<std::string> claim_keys(wall_time now, int limit = 10) {
    std::vector<std::string> keys;
    for (auto const& row : must(db.claim(now, 30s, limit))) keys.push_back(row.dedup_key);
    return keys;
  }
};
BOTH_DATABASES(Outbox);

TEST_P(Outbox, AClaimHandsOutWhatIsDueAndLeasesIt) {
  put("now");
  put("later", std::nullopt, at(60'000));
  auto const claimed = must(db.claim(at(), 30s, 10));
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].dedup_key, "now");
  EXPECT_EQ(claimed[0].payload, a_notification("").payload);
  EXPECT_EQ(claimed[0].attempts, 1);
  EXPECT_EQ(claimed[0].leased_until, at(30'000));
  EXPECT_THAT(claim_keys(at()), IsEmpty());
}

TEST_P(Outbox, AClaimNeverAnsweredFallsDueWhenItsLeaseEnds) {
  put("k");
  must(db.claim(at(), 30s, 10));
  EXPECT_THAT(claim_keys(at(29'999)), IsEmpty());
  auto const again = must(db.claim(at(30'000), 30s, 10));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_P(Outbox, TheOldestComeFirstAndNoMoreThanAskedFor) {
  put("third", std::nullopt, at(-1));
  put("first", std::nullopt, at(-3));
  put("second", std::nullopt, at(-2));
  EXPECT_THAT(claim_keys(at(), 2), ElementsAre("first", "second"));
  EXPECT_THAT(claim_keys(at(), 2), ElementsAre("third"));
}

TEST_P(Outbox, AClaimLeavesBusyChannelsAlone) {
  auto to = [&](std::string key, std::string channel) {
    auto row = a_notification(std::move(key));
    row.channel = std::move(channel);
    must(db.commit({.outbox = {row}}));
  };
  to("a", "slack");
  to("b", "email:ana@x.y");
  to("c", "email:rui@x.y");
  std::vector<std::string> const busy{"slack", "email:rui@x.y"};
  auto const claimed = must(db.claim(at(), 30s, 10, busy));
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].dedup_key, "b");
}

TEST_P(Outbox, AClaimTellsWhatTheReceiverCalledTheFirstMessageOfItsIncident) {
  must(db.commit({.incidents = {an_incident(1)}}));
  put("opened", id(1));
  auto const first = must(db.claim(at(), 30s, 10)).at(0);
  EXPECT_FALSE(first.reference);
  must(db.accepted(first.id, at(), "C024 1503.55"));
  put("resolved", id(1));
  put("of nothing");
  for (auto const& row : must(db.claim(at(), 30s, 10)))
    EXPECT_EQ(row.reference, row.incident_id ? std::optional<std::string>("C024 1503.55") : std::nullopt);
}

TEST_P(Outbox, KnowsWhenEachChannelLastTookSomething) {
  EXPECT_THAT(must(db.channel_proofs()), IsEmpty());
  for (auto const* key : {"one", "two", "three"}) put(key);
  auto const claimed = must(db.claim(at(), 30s, 10));
  must(db.accepted(claimed.at(0).id, at(2'000)));
  must(db.accepted(claimed.at(1).id, at(1'000)));
  auto const proofs = must(db.channel_proofs());
  ASSERT_EQ(proofs.size(), 1u);
  EXPECT_EQ(proofs[0].channel, claimed[0].channel);
  EXPECT_EQ(proofs[0].at, at(2'000));
}

TEST_P(Outbox, WhatWasAcceptedIsNotSentAgain) {
  put("k");
  auto const claimed = must(db.claim(at(), 30s, 10)).at(0);
  must(db.accepted(claimed.id, at(250)));
  EXPECT_THAT(claim_keys(at(3'600'000)), IsEmpty());
  EXPECT_EQ(raw()->cell("SELECT count(*) FROM outbox WHERE accepted_at IS NOT NULL AND leased_until IS NULL"), "1");
  EXPECT_EQ(must(db.counts()).outbox_accepted, 1);
}

TEST_P(Outbox, TheFirstAnswerCounts) {
  put("k", std::nullopt);
  auto const claimed = must(db.claim(at(), 30s, 10)).at(0);
  must(db.accepted(claimed.id, at(250)));
  must(db.accepted(claimed.id, at(900)));
  must(db.dead(claimed.id, "too late", at(901)));
  must(db.retry(claimed.id, "too late", at(902)));
  EXPECT_EQ(raw()->cell("SELECT count(*) FROM outbox WHERE failed_at IS NULL AND last_error IS NULL"), "1");
  EXPECT_THAT(claim_keys(at(3'600'000)), IsEmpty());
}

TEST_P(Outbox, ARetryWaitsForItsTimeAndSaysWhy) {
  put("k");
  auto const claimed = must(db.claim(at(), 30s, 10)).at(0);
  must(db.retry(claimed.id, "503 Service Unavailable", at(5'000)));
  EXPECT_THAT(claim_keys(at(4'999)), IsEmpty());
  auto const again = must(db.claim(at(5'000), 30s, 10)).at(0);
  EXPECT_EQ(again.attempts, 2);
  EXPECT_EQ(again.last_error, "503 Service Unavailable");
}

TEST_P(Outbox, ADeadLetterIsKeptAndShown) {
  put("k");
  auto const claimed = must(db.claim(at(), 30s, 10)).at(0);
  must(db.dead(claimed.id, "410 Gone", at(1'000)));
  EXPECT_THAT(claim_keys(at(3'600'000)), IsEmpty());
  auto const dead = must(db.dead_letters(10));
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].last_error, "410 Gone");
  EXPECT_EQ(dead[0].failed_at, at(1'000));
  EXPECT_EQ(must(db.counts()).outbox_dead, 1);
}

TEST_P(Outbox, AnAnswerForANotificationThatIsNotThereIsAnError) {
  EXPECT_THAT(db.accepted(404, at()).error(), HasSubstr("no notification 404"));
  EXPECT_THAT(db.retry(404, "", at()).error(), HasSubstr("no notification 404"));
  EXPECT_THAT(db.dead(404, "", at()).error(), HasSubstr("no notification 404"));
}

TEST_P(Outbox, AKeyIsSentOnceHoweverOftenItIsCommitted) {
  put("k");
  auto again = a_notification("k");
  again.payload = "{}";
  must(db.commit({.outbox = {again, again}}));
  auto const claimed = must(db.claim(at(), 30s, 10));
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].payload, a_notification("").payload);
  EXPECT_TRUE(
      raw()->run("INSERT INTO outbox (channel, kind, payload, dedup_key, created_at, next_attempt_at) VALUES "
                 "('slack', 'opened', '{}', 'k', '2026-01-19T17:31:05.120Z', '2026-01-19T17:31:05.120Z')"));
}

TEST_P(Outbox, ResolvedNeverOvertakesOpened) {
  must(db.commit({.incidents = {an_incident(1), an_incident(2)}}));
  put("1-opened", id(1), at(60'000));  // held back by a retry
  put("1-resolved", id(1));
  put("2-opened", id(2));
  EXPECT_THAT(claim_keys(at()), ElementsAre("2-opened"));
  auto const opened = must(db.claim(at(60'000), 30s, 10));
  ASSERT_EQ(opened.size(), 2u);  // 2-opened's lease has ended too
  auto const first = opened[0].dedup_key == "1-opened" ? opened[0] : opened[1];
  ASSERT_EQ(first.dedup_key, "1-opened");
  must(db.accepted(first.id, at(60'100)));
  EXPECT_THAT(claim_keys(at(60'100)), ElementsAre("1-resolved"));
}

TEST_P(Outbox, ADeadLetterDoesNotHoldUpWhatFollows) {
  must(db.commit({.incidents = {an_incident(1)}}));
  put("opened", id(1));
  put("resolved", id(1));
  must(db.dead(must(db.claim(at(), 30s, 10)).at(0).id, "410 Gone", at()));
  EXPECT_THAT(claim_keys(at()), ElementsAre("resolved"));
}

TEST_P(Outbox, AnotherChannelDoesNotWait) {
  must(db.commit({.incidents = {an_incident(1)}}));
  put("slack", id(1));
  auto mail = a_notification("mail", id(1));
  mail.channel = "mail";
  must(db.commit({.outbox = {mail}}));
  EXPECT_THAT(claim_keys(at()), ElementsAre("slack", "mail"));
}

TEST_P(Outbox, AnIncidentKnowsItsNotifications) {
  must(db.commit({.incidents = {an_incident(1), an_incident(2)}}));
  put("a", id(1));
  put("b", id(2));
  put("c", id(1));
  auto const mine = must(db.outbox_of(id(1)));
  EXPECT_THAT(mine, ElementsAre(Field(&sql::outbox_row::dedup_key, "a"), Field(&sql::outbox_row::dedup_key, "c")));
}

TEST_P(Outbox, TwoWorkersNeverHoldTheSameNotification) {
  for (int i = 0; i < 20; ++i) put("k" + std::to_string(i));
  auto other = open();
  auto const mine = must(db.claim(at(), 30s, 12)), theirs = must(other.claim(at(), 30s, 12));
  std::vector<std::string> keys;
  for (auto const& part : {mine, theirs})
    for (auto const& row : part) keys.push_back(row.dedup_key);
  std::ranges::sort(keys);
  EXPECT_EQ(keys.size(), 20u);
  EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
}

// Sent from the spool while the database was away: the row comes first, then what became of it.
TEST_P(Outbox, ANotificationSentBeforeItsRowWasHereIsNotSentAgain) {
  must(db.commit(
      {.incidents = {an_incident(1)},
       .outbox = {a_notification("sent", id(1)), a_notification("refused", id(1)), a_notification("k", id(1))},
       .outbox_marks = {{"sent", at(5), ""}, {"refused", at(6), "the receiver answered 404"}}}));
  EXPECT_THAT(claim_keys(at()), ElementsAre("k"));
  auto const rows = must(db.outbox_of(id(1)));
  EXPECT_EQ(rows[0].accepted_at, at(5));
  EXPECT_EQ(rows[1].failed_at, at(6));
  EXPECT_EQ(rows[1].last_error, "the receiver answered 404");
}

TEST_P(Outbox, TheFirstAnswerCountsAndAMarkForNothingIsHarmless) {
  must(db.commit({.incidents = {an_incident(1)}, .outbox = {a_notification("k", id(1))}}));
  must(db.commit({.outbox_marks = {{"k", at(5), ""}}}));
  must(db.commit({.outbox_marks = {{"k", at(9), "too late"}, {"unknown", at(9), ""}}}));
  auto const row = must(db.outbox_of(id(1))).at(0);
  EXPECT_EQ(row.accepted_at, at(5));
  EXPECT_EQ(row.failed_at, std::nullopt);
}

}  // namespace
}  // namespace vendaval::test
