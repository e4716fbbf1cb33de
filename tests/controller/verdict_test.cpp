#include "controller/verdict.hpp"

#include <gmock/gmock.h>

#include "monitor/traffic/sketch.hpp"

namespace vendaval::controller {
namespace {

using monitor::mark;
using testing::HasSubstr;

/// Itaú is broken from second 10 to 20 of a run of 30; every bank is called ten times a second and all is well.
record some_record() {
  record r;
  r.end = ending::completed;
  r.ended = 30s;
  r.phases = {
      {"baseline", "itau", false, 0ms, 10s}, {"broken", "itau", true, 10s, 20s}, {"recovery", "itau", false, 20s, 30s}};
  monitor::sketch latency;
  latency.add(100ms, 10);
  for (int second = 0; second < 30; ++second)
    for (auto const* bank : {"bb", "itau"})
      r.traffic.push_back({std::chrono::seconds(second), {bank, operation::read, 10, 0, 0, 0, {}, latency.bins()}});
  return r;
}

traffic_counts& at(record& r, int second, std::string_view bank) {
  for (auto& slot : r.traffic)
    if (slot.at == std::chrono::seconds(second) && slot.counts.institution == bank) return slot.counts;
  throw std::runtime_error("no such slot");
}

void spoil(record& r, int second, std::string_view bank, std::uint64_t bad) {
  at(r, second, bank).good -= bad;
  at(r, second, bank).bad += bad;
}

scenario asking(gauge g, bounds limits, std::vector<moment> when) {
  scenario s;
  s.target = "itau";
  s.hypotheses = {{"h", std::move(g), limits, std::move(when)}};
  return s;
}

check only(record const& r, scenario const& s) {
  auto const v = judge(s, r);
  if (v.hypotheses.size() + v.assertions.size() != 1) throw std::runtime_error("one check was expected");
  return v.hypotheses.empty() ? v.assertions[0] : v.hypotheses[0];
}

bounds at_least(double share) { return {exactly(percent{share}), {}}; }

TEST(Verdict, AHypothesisLooksAtItsOwnMomentOnly) {
  for (auto const [second, guilty] : {std::pair{5, moment::before}, {15, moment::during}, {25, moment::after}})
    for (auto const when : {moment::before, moment::during, moment::after}) {
      auto r = some_record();
      spoil(r, second, "bb", 10);
      EXPECT_EQ(only(r, asking({}, at_least(99), {when})).ok, when != guilty) << second;
    }
}

TEST(Verdict, OthersAndTheTargetAreToldApart) {
  for (auto const of : {whose::others, whose::target, whose::all})
    for (std::string_view const bank : {"bb", "itau"}) {
      auto r = some_record();
      spoil(r, 15, bank, 10);
      bool const looked_at = of == whose::all || (of == whose::target) == (bank == "itau");
      EXPECT_EQ(only(r, asking({metric::success_rate, of, {}, 10}, at_least(99), {moment::during})).ok, !looked_at);
    }
}

TEST(Verdict, TrafficOfNoBankIsNobodysFault) {
  auto r = some_record();
  r.traffic.push_back({29s, {"global", operation::meta, 0, 100, 0, 0, {}, {}}});
  r.traffic.push_back({29s, {"unknown", operation::read, 0, 100, 0, 0, {}, {}}});
  EXPECT_TRUE(only(r, asking({}, at_least(99), {moment::after})).ok);
}

TEST(Verdict, AShareJustBelowTheLimitIsNotRoundedUpToIt) {
  record r = some_record();
  r.traffic = {{5s, {"bb", operation::read, 989'996, 10'004, 0, 0, {}, {}}}};
  auto const c = only(r, asking({}, at_least(99), {moment::before}));
  EXPECT_FALSE(c.ok);
  EXPECT_EQ(c.measured, (quantity{98'999, unit::millipercent}));
}

TEST(Verdict, ExactlyTheLimitHolds) {
  auto r = some_record();
  spoil(r, 5, "bb", 1);
  EXPECT_TRUE(only(r, asking({}, at_least(99), {moment::before})).ok);  // 99 of 100
  spoil(r, 6, "bb", 1);
  EXPECT_FALSE(only(r, asking({}, at_least(99), {moment::before})).ok);
}

TEST(Verdict, TooFewRequestsProveNothing) {
  auto const r = some_record();
  auto const c = only(r, asking({metric::success_rate, whose::others, {}, 101}, at_least(1), {moment::before}));
  EXPECT_FALSE(c.ok);
  EXPECT_FALSE(c.measured);
  EXPECT_EQ(c.sentence, "only 100 requests, and 101 are needed to say");
}

TEST(Verdict, P95IsOfAllBanksTogetherAndWithinOnePercent) {
  auto r = some_record();
  monitor::sketch slow;
  slow.add(4s, 10);
  at(r, 15, "bb").latency = slow.bins();  // 10 of 100: the p95
  gauge const p95{metric::latency_p95, whose::others, {}, 10};
  auto const c = only(r, asking(p95, {{}, time_of(2s)}, {moment::during}));
  EXPECT_FALSE(c.ok);
  EXPECT_NEAR(static_cast<double>(c.measured->value), 4000, 40);
  EXPECT_TRUE(only(r, asking(p95, {{}, time_of(2s)}, {moment::after})).ok);
}

TEST(Verdict, OperationsAreFiltered) {
  auto r = some_record();
  r.traffic.push_back({29s, {"bb", operation::retrieve, 0, 50, 0, 0, {}, {}}});
  EXPECT_TRUE(
      only(r, asking({metric::success_rate, whose::others, {operation::read}, 10}, at_least(99), {moment::after})).ok);
  EXPECT_FALSE(only(r, asking({}, at_least(99), {moment::after})).ok);
}

scenario asserting(measure what, bounds limits, std::vector<std::string> one_of = {}) {
  scenario s;
  s.target = "itau";
  s.assertions = {{"a", what, limits, std::move(one_of)}};
  return s;
}

TEST(Verdict, TimesAreReadFromTheLedger) {
  struct row {
    measure what;
    mark from, to;
  };
  for (auto const [what, from, to] : {row{measure::detection, mark::first_bad, mark::accepted},
                                      {measure::incident_opened, mark::first_bad, mark::written},
                                      {measure::breaker_closed, mark::lifted, mark::breaker_closed},
                                      {measure::alert_cleared, mark::lifted, mark::alert_cleared},
                                      {measure::incident_resolved, mark::lifted, mark::incident_resolved}}) {
    auto r = some_record();
    auto const s = asserting(what, {{}, time_of(5s)});
    EXPECT_FALSE(only(r, s).ok) << "without instants";
    EXPECT_FALSE(only(r, s).measured);
    r.instants.note(from, time_point(10s));
    EXPECT_FALSE(only(r, s).ok) << "without its end";
    r.instants.note(to, time_point(15s));
    EXPECT_EQ(only(r, s).measured, time_of(5s));
    EXPECT_TRUE(only(r, s).ok);
    r.instants.at[static_cast<std::size_t>(to)] = time_point(15s + 1ms);
    EXPECT_FALSE(only(r, s).ok);
  }
}

TEST(Verdict, ABreakerThatClosedBeforeTheFaultWasLiftedIsSaidToHaveDoneSo) {
  auto r = some_record();
  r.instants.note(mark::lifted, time_point(20s));
  r.instants.note(mark::breaker_closed, time_point(18s));
  auto const c = only(r, asserting(measure::breaker_closed, {{}, time_of(5s)}));
  EXPECT_TRUE(c.ok);
  EXPECT_EQ(c.measured, time_of(-2s));
  EXPECT_EQ(c.sentence, "2.00 s before; at most 5.00 s was asked");
}

TEST(Verdict, RecoveryTakesUntilAnswersRateAndBreakerAreWell) {
  auto r = some_record();
  auto const s = asserting(measure::recovery, {{}, time_of(5s)});
  r.instants.note(mark::breaker_opened, time_point(12s));
  r.instants.note(mark::lifted, time_point(20s));
  EXPECT_THAT(only(r, s).sentence, HasSubstr("the breaker was not seen to close"));
  r.instants.note(mark::breaker_closed, time_point(18s));
  EXPECT_THAT(only(r, s).sentence, HasSubstr("no good answer came afterwards"));
  r.instants.note(mark::first_good, time_point(21s));
  EXPECT_THAT(only(r, s).sentence, HasSubstr("did not come back to 90 %"));
  r.instants.note(mark::rate_recovered, time_point(20s));
  EXPECT_EQ(only(r, s).measured, time_of(1s));
}

TEST(Verdict, ATimeCanBeginWithTheFirstBadAnswerOfOnePhase) {
  auto r = some_record();
  r.instants.note(mark::first_bad, time_point(11s));
  r.instants.note(mark::accepted, time_point(16s));
  auto s = asserting(measure::detection, {{}, time_of(3s)});
  EXPECT_EQ(only(r, s).measured, time_of(5s));
  s.assertions[0].since = "broken";
  EXPECT_EQ(only(r, s).sentence, "broken caused no bad answer; at most 3.00 s was asked");
  r.phases[1].first_bad = 14s;
  EXPECT_EQ(only(r, s).measured, time_of(2s));
  EXPECT_TRUE(only(r, s).ok);
  r.phases[1].first_bad = 17s;
  EXPECT_EQ(only(r, s).sentence, "1.00 s before; at most 3.00 s was asked") << "it was known already";
}

TEST(Verdict, WhatTheBreakerDidIsMeasuredOnlyIfItOpened) {
  auto r = some_record();
  auto const wait = asserting(measure::breaker_wait, {time_of(50s), {}});
  EXPECT_THAT(only(r, wait).sentence, HasSubstr("the app was not seen to stop calling"));
  r.instants.note(mark::breaker_opened, time_point(12s));
  EXPECT_THAT(only(r, wait).sentence, HasSubstr("no failed call was seen while it was open"));
  r.breaker.shortest_wait = 49s;
  EXPECT_FALSE(only(r, wait).ok);
  r.breaker.shortest_wait = 50s;
  EXPECT_TRUE(only(r, wait).ok);
}

TEST(Verdict, CountsAreCounted) {
  auto r = some_record();
  r.notices = {1, 3, 2, 40};
  r.breaker.failures_before_open = 6;
  r.writes = {9, 4};
  for (auto const [what, n] : {std::pair{measure::notifications_opened, 1},
                               {measure::notifications_updated, 3},
                               {measure::notifications_resolved, 2},
                               {measure::writes_lost, 9},
                               {measure::writes_repeated, 4},
                               {measure::breaker_opened_after, 6}}) {
    EXPECT_TRUE(only(r, asserting(what, {whole(n), whole(n)})).ok);
    EXPECT_FALSE(only(r, asserting(what, {{}, whole(n - 1)})).ok);
    EXPECT_FALSE(only(r, asserting(what, {whole(n + 1), {}})).ok);
  }
}

TEST(Verdict, WebhooksKeptBackAndPassedAreMeasuredWhereTheyHaveAWayIn) {
  auto r = some_record();
  EXPECT_THAT(only(r, asserting(measure::webhooks_held, {whole(0), {}})).sentence, HasSubstr("[webhooks]"));
  auto& all = r.webhooks.emplace();
  all.target = {webhook_counts{4, 0, 0, 0, 0}, {5, 7, 2, 6, 1}, {11, 0, 0, 1, 0}};
  all.others = {webhook_counts{40, 0, 0, 0, 0}, {95, 3, 1, 0, 0}, {60, 0, 0, 0, 0}};
  for (auto const [what, n] : {std::pair{measure::webhooks_held, 9},
                               {measure::webhooks_resumed, 11},
                               {measure::webhooks_others_held, 4},
                               {measure::webhooks_others_passed, 95}}) {
    EXPECT_TRUE(only(r, asserting(what, {whole(n), whole(n)})).ok);
    EXPECT_FALSE(only(r, asserting(what, {{}, whole(n - 1)})).ok);
  }
}

TEST(Verdict, AmplificationComparesCallsPerSecond) {
  auto r = some_record();
  EXPECT_EQ(only(r, asserting(measure::amplification, {{}, ratio_of(1)})).measured, ratio_of(1));
  for (int second = 10; second < 20; ++second) at(r, second, "itau").bad += 5;
  auto const c = only(r, asserting(measure::amplification, {{}, ratio_of(1.3)}));
  EXPECT_EQ(c.measured, ratio_of(1.5));
  EXPECT_FALSE(c.ok);
}

TEST(Verdict, TheBreakersWordIsOneOfThoseAsked) {
  auto r = some_record();
  r.breaker.verdict = "suspected";
  EXPECT_FALSE(only(r, asserting(measure::breaker_verdict, {}, {"reported", "confirmed"})).ok);
  EXPECT_TRUE(only(r, asserting(measure::breaker_verdict, {}, {"confirmed", "suspected"})).ok);
}

TEST(Verdict, ARunThatDidNotCompleteIsAnErrorWhateverItMeasured) {
  for (auto const how :
       {ending::unhealthy_before, ending::could_not_run, ending::aborted, ending::stopped, ending::interrupted}) {
    auto r = some_record();
    r.end = how;
    r.end_reason = "because";
    auto const v = judge(asking({}, at_least(1), {moment::before}), r);
    EXPECT_EQ(v.result, ruling::error);
    EXPECT_EQ(v.reason, "because");
    EXPECT_NE(exit_code(v, how), 0);
  }
}

TEST(Verdict, NotWellToBeginWithIsAnErrorEvenWhenSeenTooLate) {
  auto r = some_record();
  spoil(r, 9, "bb", 10);
  EXPECT_EQ(judge(asking({}, at_least(99), {moment::before}), r).result, ruling::error);
}

TEST(Stop, LooksAtItsTrailingWindow) {
  auto r = some_record();
  scenario s;
  s.target = "itau";
  s.stops = {{"others", {}, exactly(percent{95}), {}, 5s}};
  for (int second = 12; second < 17; ++second) spoil(r, second, "bb", 1);
  EXPECT_FALSE(stop_reason(s, r, 14s)) << "two bad of fifty";
  auto const why = stop_reason(s, r, 15s);
  ASSERT_TRUE(why) << "three of fifty: 94 %";
  EXPECT_EQ(*why, "others: success rate 94 % over the last 5.00 s, below 95 %");
  EXPECT_FALSE(stop_reason(s, r, 20s));
  EXPECT_FALSE(stop_reason(s, r, 4s)) << "the window is not full yet";
}

TEST(Stop, UnknownCallsAreAShareOfThoseThatNameABank) {
  auto r = some_record();
  scenario s;
  s.stops = {{"unknown", {metric::unknown_share, whose::all, {}, 10}, {}, exactly(percent{20}), 5s}};
  EXPECT_FALSE(stop_reason(s, r, 30s));
  r.traffic.push_back({29s, {"global", operation::meta, 1000, 0, 0, 0, {}, {}}});
  r.traffic.push_back({29s, {"unknown", operation::read, 25, 0, 0, 0, {}, {}}});
  EXPECT_FALSE(stop_reason(s, r, 30s)) << "25 of 125";
  r.traffic.back().counts.good = 26;
  EXPECT_THAT(stop_reason(s, r, 30s).value_or(""), HasSubstr("share of unknown institutions"));
}

}  // namespace
}  // namespace vendaval::controller
