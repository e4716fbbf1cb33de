#include "monitor/ledger/run_ledger.hpp"

#include <gtest/gtest.h>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using test::ended_at;
constexpr time_point start{1h};
test::call const broken{.result = outcome::institution_down, .injected = true};  // touched by fault 7

alert_change change(alert_change::kind what, time_point at, std::string rule = "errors_high") {
  alert_change c;
  c.what = what;
  c.now.rule = std::move(rule);
  c.now.institution = "itau";
  c.at = at;
  return c;
}

struct RunLedger : testing::Test {
  std::optional<time_point> at(mark m) const { return l.marks()[m]; }
  run_ledger l{"itau", bank_touching(), 5s};
};

TEST_F(RunLedger, WritesEachInstantOfADrill) {
  using kind = alert_change::kind;
  l.armed(7, start);
  l.seen(ended_at(start + 2s, broken));
  l.seen(change(kind::pending, start + 5s));
  l.seen(change(kind::fired, start + 9s));
  l.written(start + 9s + 5ms);
  l.accepted(start + 9s + 80ms);
  l.lifted(7, start + 60s);
  l.seen(ended_at(start + 62s));
  l.seen(change(kind::cleared, start + 70s));
  l.resolved(start + 71s);
  breaker_finding f;
  f.opened_at = start + 6s;
  f.closed_at = start + 63s;
  f.rate_recovered_at = start + 64s;
  l.breaker(f);
  EXPECT_EQ(at(mark::armed), start);
  EXPECT_EQ(at(mark::first_touched), start + 1900ms);
  EXPECT_EQ(at(mark::first_bad), start + 2s);
  EXPECT_EQ(at(mark::rule_pending), start + 5s);
  EXPECT_EQ(at(mark::firing), start + 9s);
  EXPECT_EQ(at(mark::written), start + 9s + 5ms);
  EXPECT_EQ(at(mark::accepted), start + 9s + 80ms);
  EXPECT_EQ(at(mark::breaker_opened), start + 6s);
  EXPECT_EQ(at(mark::lifted), start + 60s);
  EXPECT_EQ(at(mark::first_good), start + 62s);
  EXPECT_EQ(at(mark::breaker_closed), start + 63s);
  EXPECT_EQ(at(mark::rate_recovered), start + 64s);
  EXPECT_EQ(at(mark::alert_cleared), start + 70s);
  EXPECT_EQ(at(mark::incident_resolved), start + 71s);
  EXPECT_EQ(l.marks().detection(), 7080ms);
  EXPECT_EQ(l.marks().recovery(), 4s);
}

TEST_F(RunLedger, KeepsTheEarliestOfWhatThreadsReportOutOfOrder) {
  l.armed(7, start);
  l.seen(ended_at(start + 3s, broken));
  l.seen(ended_at(start + 2s, broken));
  EXPECT_EQ(at(mark::first_bad), start + 2s);
}

TEST_F(RunLedger, KnowsTheFirstBadAnswerOfEveryFault) {
  auto second = ended_at(start + 9s, broken);
  second.touched_by = {8};
  l.armed(7, start);
  l.armed(8, start);
  l.seen(second);
  l.seen(ended_at(start + 5s, broken));
  l.seen(ended_at(start + 4s, broken));
  EXPECT_EQ(l.first_bad(7), start + 4s);
  EXPECT_EQ(l.first_bad(8), start + 9s);
  EXPECT_FALSE(l.first_bad(9));
  EXPECT_EQ(at(mark::first_bad), start + 4s);
}

TEST_F(RunLedger, ItIsRecoveredWithTheLastOfAnswerRateAndBreaker) {
  l.armed(7, start);
  l.lifted(7, start + 100s);
  breaker_finding f;
  f.opened_at = start + 10s;
  f.closed_at = start + 90s;  // in a good spell, before the fault was lifted
  l.breaker(f);
  EXPECT_FALSE(l.marks().recovery()) << "not one good answer yet";
  l.seen(ended_at(start + 102s));
  EXPECT_FALSE(l.marks().recovery()) << "the rate is not back yet";
  f.rate_recovered_at = start + 101s;
  l.breaker(f);
  EXPECT_EQ(l.marks().recovery(), 2s) << "the answer came last";
  f.closed_at.reset();
  l.breaker(f);
  EXPECT_FALSE(l.marks().recovery()) << "it opened again";
  f.closed_at = start + 130s;
  l.breaker(f);
  EXPECT_EQ(l.marks().recovery(), 30s);
}

TEST_F(RunLedger, TakesNoNoticeOfOtherBanksOtherFaultsAndReads) {
  l.armed(8, start);
  l.seen(ended_at(start + 2s, broken));  // fault 7 is not of this drill
  EXPECT_FALSE(at(mark::first_touched));
  l.armed(7, start);
  l.seen(ended_at(start + 2s, {.bank = "nubank", .result = outcome::timeout, .injected = true}));
  EXPECT_FALSE(at(mark::first_bad));
  l.lifted(7, start + 10s);
  EXPECT_FALSE(at(mark::lifted));  // 8 is still armed
  l.lifted(8, start + 11s);
  l.seen(ended_at(start + 12s, {.what = operation::read}));
  EXPECT_FALSE(at(mark::first_good));
}

TEST_F(RunLedger, AnAnswerThatIsOnlySlowIsBadToo) {
  l.armed(7, start);
  auto slow = ended_at(start + 12s, {.took = 11s});
  slow.touched_by = {7};
  l.seen(slow);
  EXPECT_EQ(at(mark::first_bad), start + 12s);
  l.lifted(7, start + 20s);
  l.seen(ended_at(start + 25s, {.took = 11s}));
  EXPECT_FALSE(at(mark::first_good));
}

TEST_F(RunLedger, ArmingAgainTakesTheEndBack) {
  l.armed(7, start);
  l.lifted(7, start + 10s);
  l.seen(ended_at(start + 11s));
  l.armed(8, start + 12s);
  EXPECT_FALSE(at(mark::lifted));
  EXPECT_FALSE(at(mark::first_good));
  EXPECT_EQ(at(mark::armed), start);
  l.lifted(8, start + 20s);
  EXPECT_EQ(at(mark::lifted), start + 20s);
}

TEST_F(RunLedger, TheAlertIsClearedWithTheLastRule) {
  using kind = alert_change::kind;
  l.armed(7, start);
  l.seen(change(kind::fired, start + 1s, "a"));
  l.seen(change(kind::fired, start + 2s, "b"));
  l.seen(change(kind::cleared, start + 3s, "a"));
  EXPECT_FALSE(at(mark::alert_cleared));
  l.seen(change(kind::cleared, start + 4s, "b"));
  EXPECT_EQ(at(mark::alert_cleared), start + 4s);
  l.seen(change(kind::fired, start + 5s, "b"));
  EXPECT_FALSE(at(mark::alert_cleared));
  EXPECT_EQ(at(mark::firing), start + 1s);
}

TEST_F(RunLedger, WithoutABreakerTheRateIsBackWithTheFirstGoodAnswer) {
  l.armed(7, start);
  l.lifted(7, start + 10s);
  l.seen(ended_at(start + 11s));
  l.breaker({});
  EXPECT_EQ(at(mark::rate_recovered), start + 11s);
  EXPECT_EQ(l.marks().recovery(), 1s);
}

}  // namespace
}  // namespace vendaval::monitor
