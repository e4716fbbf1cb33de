#include "proxy/faults/armed_book.hpp"

#include <gtest/gtest.h>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;
using why = refusal::reason;
using cause = ended_fault::cause;

fault_template gale(std::string label = "s1/black-out/1", std::vector<std::string> banks = {"itau"}) {
  return {.label = std::move(label), .what = down(), .where = {std::move(banks), {}}};
}
std::size_t count(armed_book const& book) { return book.snapshot()->faults.size(); }

TEST(ArmedBook, GivesEverySnapshotTheCalendarItWasGiven) {
  timeline const calendar{start, wall_time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 19))};
  armed_book book({}, 0, 1, calendar);
  EXPECT_EQ(book.snapshot()->calendar.wall, calendar.wall);
  ASSERT_TRUE(book.arm(gale(), 1min, start));
  EXPECT_EQ(book.snapshot()->calendar.wall, calendar.wall);
}

TEST(ArmedBook, ArmsForTheLengthOfTheLease) {
  armed_book book({}, 77);
  auto const id = book.arm(gale(), 15s, start);
  ASSERT_TRUE(id);
  auto const& fault = book.snapshot()->faults.at(0);
  EXPECT_EQ(fault.id, *id);
  EXPECT_EQ(fault.label, "s1/black-out/1");
  EXPECT_EQ(fault.armed, start);
  EXPECT_EQ(fault.expires, start + 15s);
  EXPECT_EQ(book.snapshot()->seed, 77u);
}

TEST(ArmedBook, S13_GivesEveryFaultAnIdThatWasNeverUsed) {
  armed_book book({}, 0, 500);
  auto const first = book.arm(gale(), 15s, start);
  book.clear_all(start);
  auto const second = book.arm(gale(), 15s, start);
  EXPECT_EQ(first, 500u);
  EXPECT_EQ(second, 501u);
}

struct bad_arming {
  fault_template what;
  duration lease;
  why reason;
};
class ArmedBookRefusal : public testing::TestWithParam<bad_arming> {};
TEST_P(ArmedBookRefusal, S7_LeavesTheBookAsItWas) {
  armed_book book;
  auto const before = book.snapshot();
  auto const refused = book.arm(GetParam().what, GetParam().lease, start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, GetParam().reason);
  EXPECT_GT(refused.error().sentence.size(), 20u);
  EXPECT_EQ(book.snapshot(), before);
}
INSTANTIATE_TEST_SUITE_P(Rows, ArmedBookRefusal,
                         testing::Values(bad_arming{gale("a", {}), 15s, why::no_scope},
                                         bad_arming{gale("a", {"itau", "unknown"}), 15s, why::no_scope},
                                         bad_arming{gale("a", {"global"}), 15s, why::no_scope},
                                         bad_arming{gale("a", {""}), 15s, why::no_scope},
                                         bad_arming{gale(), 0s, why::no_lease}, bad_arming{gale(), -1s, why::no_lease},
                                         bad_arming{gale(), 60min + 1ns, why::lease_too_long}));

TEST(ArmedBook, AcceptsTheLongestLease) {
  armed_book book;
  EXPECT_TRUE(book.arm(gale(), 60min, start));
}

TEST(ArmedBook, SaysHowLongALeaseMayBe) {
  armed_book book;
  EXPECT_EQ(book.arm(gale(), 2h, start).error().sentence, "fault \"s1/black-out/1\" asks for a lease of " +
                                                              for_people(2h) + ", the longest is " + for_people(60min) +
                                                              "; ask for less and renew it");
}

TEST(ArmedBook, RenewsFromNowByTheLeaseItWasArmedWith) {
  armed_book book;
  auto const id = *book.arm(gale(), 15s, start);
  auto const expires = book.renew(id, start + 10s);
  ASSERT_TRUE(expires);
  EXPECT_EQ(*expires, start + 25s);
  EXPECT_EQ(book.snapshot()->faults.at(0).expires, start + 25s);
  EXPECT_EQ(book.snapshot()->faults.at(0).armed, start);  // the wave keeps its beat
}

TEST(ArmedBook, KeepsTheBucketOfAThrottleThroughARenewal) {
  armed_book book;
  auto const id = *book.arm(gale(), 15s, start);
  auto const bucket = book.snapshot()->faults.at(0).mine;
  ASSERT_TRUE(book.renew(id, start + 10s));
  EXPECT_EQ(book.snapshot()->faults.at(0).mine, bucket);
}

TEST(ArmedBook, S14_RefusesToRenewOnceTheLeaseIsOver) {
  armed_book book;
  auto const id = *book.arm(gale(), 15s, start);
  EXPECT_EQ(book.renew(id, start + 15s).error().why, why::not_armed);
  book.expire(start + 15s);
  EXPECT_EQ(book.renew(id, start + 16s).error().why, why::not_armed);
}

TEST(ArmedBook, RefusesToRenewWhatWasClearedOrNeverArmed) {
  armed_book book;
  auto const id = *book.arm(gale(), 15s, start);
  book.clear(id, start);
  EXPECT_EQ(book.renew(id, start).error().why, why::not_armed);
  EXPECT_EQ(book.renew(4711, start).error().why, why::not_armed);
}

TEST(ArmedBook, S14_RefusesToRenewAfterAKillEvenOnceReleased) {
  armed_book book;
  auto const id = *book.arm(gale(), 15s, start);
  book.kill("customers call", start + 1s);
  EXPECT_EQ(book.renew(id, start + 2s).error().why, why::killed);
  ASSERT_TRUE(book.release("false alarm"));
  EXPECT_EQ(book.renew(id, start + 3s).error().why, why::not_armed);
}

TEST(ArmedBook, S4_StaysKilledUntilReleasedWithAReason) {
  armed_book book;
  book.arm(gale(), 15s, start);
  book.kill("customers call", start + 1s);
  EXPECT_EQ(count(book), 0u);
  EXPECT_EQ(book.killed(), "customers call");
  auto const refused = book.arm(gale(), 15s, start + 2s);
  EXPECT_EQ(refused.error().why, why::killed);
  EXPECT_NE(refused.error().sentence.find("customers call"), std::string::npos);
  EXPECT_EQ(book.release(" \t").error().why, why::no_reason);
  EXPECT_FALSE(book.arm(gale(), 15s, start + 2s));
  ASSERT_TRUE(book.release("bank confirmed it was us"));
  EXPECT_TRUE(book.arm(gale(), 15s, start + 3s));
}

TEST(ArmedBook, StaysKilledWithoutAReasonToo) {
  armed_book book;
  book.kill("", start);
  EXPECT_TRUE(book.killed());
  EXPECT_FALSE(book.arm(gale(), 15s, start));
}

TEST(ArmedBook, S13_PublishesAHigherEpochOnEveryChangeAndOnlyThen) {
  armed_book book;
  auto epoch = book.snapshot()->epoch;
  auto const grew = [&] { return book.snapshot()->epoch > std::exchange(epoch, book.snapshot()->epoch); };
  auto const id = *book.arm(gale(), 15s, start);
  EXPECT_TRUE(grew());
  book.renew(id, start + 1s);
  EXPECT_TRUE(grew());
  book.expire(start + 2s);
  EXPECT_FALSE(grew());
  book.clear(4711, start);
  EXPECT_FALSE(grew());
  book.clear(id, start + 3s);
  EXPECT_TRUE(grew());
  book.kill("drill", start + 4s);
  EXPECT_TRUE(grew());  // though nothing was armed
}

TEST(ArmedBook, LeavesSnapshotsAlreadyHandedOutAsTheyWere) {
  armed_book book;
  book.arm(gale(), 15s, start);
  auto const old = book.snapshot();
  book.clear_all(start);
  EXPECT_EQ(old->faults.size(), 1u);
  EXPECT_TRUE(book.snapshot()->supersedes(*old));
  EXPECT_FALSE(old->supersedes(*book.snapshot()));
  EXPECT_FALSE(old->supersedes(*old));
}

TEST(ArmedBook, S15_TellsOfEveryFaultExactlyOnceHowItEnded) {
  armed_book book;
  auto const a = *book.arm(gale("a"), 10s, start), b = *book.arm(gale("b"), 20s, start);
  auto const c = *book.arm(gale("c"), 30s, start), d = *book.arm(gale("d"), 40s, start);
  auto const only = [](std::vector<ended_fault> const& all) { return all.size() == 1 ? all[0] : ended_fault{}; };
  auto const first = only(book.expire(start + 12s));
  EXPECT_EQ(first.id, a);
  EXPECT_EQ(first.why, cause::expired);
  EXPECT_EQ(first.at, start + 10s);  // when it ended, not when it was noticed
  auto const second = only(book.clear(b, start + 13s));
  EXPECT_EQ(second.id, b);
  EXPECT_EQ(second.why, cause::cleared);
  EXPECT_EQ(second.label, "b");
  auto const rest = book.kill("drill", start + 35s);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].id, c);
  EXPECT_EQ(rest[0].why, cause::expired);  // its lease had run out before
  EXPECT_EQ(rest[1].id, d);
  EXPECT_EQ(rest[1].why, cause::killed);
  EXPECT_TRUE(book.clear_all(start + 36s).empty());
}

TEST(ArmedBook, LimitsHowManyFaultsAreArmed) {
  armed_book book({.max_armed_faults = 2});
  EXPECT_TRUE(book.arm(gale("a"), 10s, start));
  EXPECT_TRUE(book.arm(gale("b"), 10s, start));
  EXPECT_EQ(book.arm(gale("c"), 10s, start).error().why, why::too_many);
  EXPECT_TRUE(book.arm(gale("c"), 10s, start + 10s));  // the others are over, noticed or not
  EXPECT_EQ(book.expire(start + 10s).size(), 2u);
}

TEST(ArmedBook, RollsTheSameForTheSameScenarioInEveryRun) {
  armed_book morning({}, 1, 10), evening({}, 1, 900);
  for (auto* book : {&morning, &evening}) {
    book->arm(gale("s1/brown-out/1"), 1h, start);
    book->arm(gale("s1/brown-out/1"), 1h, start);
  }
  auto const a = morning.snapshot(), b = evening.snapshot();
  EXPECT_EQ(a->faults[0].roll, b->faults[0].roll);
  EXPECT_EQ(a->faults[1].roll, b->faults[1].roll);
  EXPECT_NE(a->faults[0].roll, a->faults[1].roll);
}

TEST(ArmedBook, TakesTheSeedOfTheNextRun) {
  armed_book book({}, 1);
  auto const before = book.snapshot();
  book.reseed(2);
  EXPECT_EQ(book.snapshot()->seed, 2u);
  EXPECT_TRUE(book.snapshot()->supersedes(*before));
}

TEST(ArmedBook, HandsOutWhatTheDataPathHonours) {
  armed_book book({}, 5);
  book.arm(gale(), 15s, start);
  path p;
  EXPECT_EQ(code_of(p.decide({}, *book.snapshot(), start + 14s)), "institution_down");
  EXPECT_TRUE(p.decide({}, *book.snapshot(), start + 15s).untouched());  // nobody called expire()
}

TEST(ArmedBook, S7_RefusesAFaultOfTheHandshakeThatNamesNoServerNameOrABank) {
  armed_book book;
  fault_template one{.label = "tls", .what = certificate{}, .where = {}};
  EXPECT_EQ(book.arm(one, 1min, test::start).error().why, refusal::reason::no_scope);
  one.where.server_names = {"*"};
  one.where.institutions = {"itau"};
  EXPECT_EQ(book.arm(one, 1min, test::start).error().why, refusal::reason::no_scope);
  one.where.institutions.clear();
  EXPECT_TRUE(book.arm(one, 1min, test::start));
}

}  // namespace
}  // namespace vendaval::faults
