#include "monitor/io/spooled_outbox.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr wall_time noon{std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 15h};

sql::outbox_row letter(std::string key, std::string incident = "i1", std::string channel = "slack") {
  sql::outbox_row row;
  row.dedup_key = std::move(key);
  row.incident_id = std::move(incident);
  row.channel = std::move(channel);
  row.created_at = row.next_attempt_at = noon;
  return row;
}

struct SpooledOutbox : testing::Test {
  spooled_outbox box;

  std::vector<std::string> claim(wall_time now = noon, std::vector<std::string> except = {}) {
    std::vector<std::string> keys;
    for (auto const& row : box.claim(now, 90s, 8, except)) {
      ids[row.dedup_key] = row.id;
      keys.push_back(row.dedup_key);
    }
    return keys;
  }
  std::map<std::string, std::int64_t> ids;
};

TEST_F(SpooledOutbox, GivesTheFirstOfEachIncidentAndChannelAndTheNextWhenThatIsSettled) {
  box.add(1, {.outbox = {letter("opened"), letter("mail", "i1", "mail")}});
  box.add(2, {.outbox = {letter("resolved"), letter("other", "i2")}});
  EXPECT_THAT(claim(), ElementsAre("opened", "mail", "other"));
  EXPECT_THAT(claim(), IsEmpty()) << "leased";
  EXPECT_TRUE(spooled_outbox::is_mine(ids["opened"]));
  auto const mark = box.accepted(ids["opened"], noon + 1s);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->dedup_key, "opened");
  EXPECT_EQ(mark->error, "");
  EXPECT_FALSE(box.accepted(ids["opened"], noon + 2s));
  EXPECT_THAT(claim(), ElementsAre("resolved"));
}

TEST_F(SpooledOutbox, TriesAgainWhenItIsTimeAndWhenALeaseRunsOut) {
  box.add(1, {.outbox = {letter("k")}});
  claim();
  box.retry(ids["k"], "the receiver answered 503", noon + 5s);
  EXPECT_THAT(claim(noon + 4s), IsEmpty());
  auto const again = box.claim(noon + 5s, 90s, 8);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_THAT(claim(noon + 96s), ElementsAre("k"));
}

TEST_F(SpooledOutbox, LeavesBusyChannelsAlone) {
  box.add(1, {.outbox = {letter("k"), letter("mail", "i1", "mail")}});
  EXPECT_THAT(claim(noon, {"slack"}), ElementsAre("mail"));
}

TEST_F(SpooledOutbox, TheDatabaseTakesOverWhatItHasExceptWhatIsBeingSent) {
  box.add(1, {.outbox = {letter("sending"), letter("next", "i2")}});
  EXPECT_EQ(box.claim(noon, 90s, 1).size(), 1u);
  box.drained(1);
  EXPECT_EQ(box.waiting(), 0u);
  EXPECT_THAT(claim(noon + 1h), IsEmpty());
  EXPECT_TRUE(box.dead(-1, "the receiver answered 404", noon)) << "so the database learns of it";
}

TEST_F(SpooledOutbox, WhatADrainedRecordHoldsOfAnIncidentIsKnownAsTheDatabaseHasIt) {
  auto earlier = letter("earlier"), sent = letter("sent");
  earlier.created_at -= 1min;
  earlier.id = 7;
  sent.accepted_at = noon - 1s;
  sent.reference = "C1 1.0";
  box.add(1, {.outbox = {letter("sent"), letter("later")}});
  box.drained(1, {earlier, sent, letter("later")});
  EXPECT_EQ(box.waiting(), 0u);
  ASSERT_THAT(claim(), ElementsAre("earlier")) << "in the order in which they were written";
  EXPECT_TRUE(spooled_outbox::is_mine(ids["earlier"]));
  EXPECT_TRUE(box.accepted(ids["earlier"], noon));
  auto const last = box.claim(noon, 90s, 8);
  ASSERT_EQ(last.size(), 1u) << "an earlier process had sent the other";
  EXPECT_EQ(last[0].dedup_key, "later");
  EXPECT_EQ(last[0].reference, "C1 1.0");
}

TEST_F(SpooledOutbox, WhatTheDatabaseGivesOutIsNotSentFromHereAndTheOtherWayRound) {
  auto row = letter("k");
  row.id = 7;
  row.leased_until = noon + 90s;
  EXPECT_FALSE(box.take(row, noon));
  box.add(1, {.outbox = {letter("after it")}});
  EXPECT_THAT(claim(noon + 1s), IsEmpty()) << "it is being sent, and the other waits for it";
  box.retried("k", "the receiver answered 503", noon + 10s);
  EXPECT_EQ(box.take(row, noon + 1s), noon + 10s) << "not before its time";
  EXPECT_THAT(claim(noon + 10s), ElementsAre("k"));
  EXPECT_TRUE(box.take(row, noon + 11s));
  box.settled({"k", noon + 12s, ""});
  EXPECT_THAT(claim(noon + 12s), ElementsAre("after it"));
}

TEST_F(SpooledOutbox, KnowsWhatBecameOfANotificationUntilTheDatabaseDoesAndForAWhile) {
  box.add(1, {.outbox = {letter("k")}});
  claim();
  auto const mark = box.accepted(ids["k"], noon + 1s, "C1 1.0");
  ASSERT_TRUE(mark);
  box.add(2, {.outbox_marks = {*mark}});
  box.drained(1, {letter("k")});
  ASSERT_TRUE(box.fate_of("k"));
  EXPECT_EQ(box.fate_of("k")->reference, "C1 1.0");
  EXPECT_THAT(claim(noon + 1h), IsEmpty());
  for (int n = 0; n != 20'000; ++n) box.settled({fmt::format("other {}", n), noon, ""});
  EXPECT_TRUE(box.knows("k")) << "the database does not have the mark yet";
  box.drained(2);
  box.add(3, {.outbox = {letter("k")}});
  EXPECT_THAT(claim(noon + 1h), IsEmpty()) << "nor is it sent when it is written once more";
  for (int n = 0; n != 20'000; ++n) box.settled({fmt::format("more {}", n), noon, ""});
  EXPECT_FALSE(box.knows("k")) << "the database does now";
}

TEST_F(SpooledOutbox, WhatIsNotSafeIsNotSentAndNothingOvertakesIt) {
  box.add(1, {.outbox = {letter("held")}}, false);
  box.add(2, {.outbox = {letter("safe"), letter("other", "i2")}});
  EXPECT_THAT(claim(), ElementsAre("other"));
  box.drained(1, {letter("held")});
  EXPECT_THAT(claim(), ElementsAre("held"));
  box.add(3, {.outbox = {letter("lost", "i3")}}, false);
  box.add(4, {.outbox = {letter("next", "i3")}});
  box.given_up(3);
  EXPECT_THAT(claim(), ElementsAre("next"));
}

TEST_F(SpooledOutbox, WhatAMarkInTheSpoolHasSettledIsNotSentAgainByTheNextProcess) {
  box.add(1, {.outbox = {letter("sent"), letter("not sent", "i2")}});
  box.add(2, {.outbox_marks = {{"sent", noon, ""}}});
  EXPECT_THAT(claim(), ElementsAre("not sent"));
}

TEST_F(SpooledOutbox, GivesWhatTheReceiverCalledTheFirstMessageOfTheIncidentThere) {
  auto const reference_of_next = [this](std::string incident, std::string channel) {
    box.add(9, {.outbox = {letter("next " + incident + channel, incident, channel)}});
    return box.claim(noon, 90s, 1).at(0).reference;
  };
  box.add(1, {.outbox = {letter("opened")}});
  claim();
  EXPECT_EQ(box.accepted(ids["opened"], noon, "C1 1.0")->reference, "C1 1.0");
  box.remember(letter("sent by the database", "i2"), "C1 2.0");
  box.remember(letter("a later message", "i2"), "C1 2.5");
  EXPECT_EQ(reference_of_next("i1", "slack"), "C1 1.0");
  EXPECT_EQ(reference_of_next("i2", "slack"), "C1 2.0") << "the first is the thread";
  EXPECT_EQ(reference_of_next("i1", "mail"), std::nullopt);
}

TEST_F(SpooledOutbox, TheSameFingerprintIsOneNotification) {
  box.add(1, {.outbox = {letter("k")}});
  box.add(2, {.outbox = {letter("k")}});
  EXPECT_EQ(box.waiting(), 1u);
}

}  // namespace
}  // namespace vendaval::monitor
