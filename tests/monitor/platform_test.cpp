// What several banks have in common, what is kept quiet, and what is known before anybody is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitor/monitor.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using kind = incident_change::kind;

/// Seven banks, each called once a second; some of them fail.
struct Banks : testing::Test {
  static monitor_settings settings() {
    monitor_settings s;
    s.banks = mission_institutions();
    s.time = {time_point{1h}, wall_time{std::chrono::sys_days{std::chrono::year(2026) / 2 / 1}} + 15h};  // Sunday noon
    s.maintenance.push_back({{"caixa"}, {weekday::sunday}, {}, 12h, 1h, {}, "janela da Caixa"});
    return s;
  }
  void play(int seconds, std::vector<std::string> const& failing, double share = 1) {
    for (int s = 0; s < seconds; ++s) {
      now += 1s;
      for (auto const& bank : m.settings().banks.ids()) {
        bool const bad = std::ranges::find(failing, bank) != failing.end() && coin.chance(share);
        m.observe(test::ended_at(now - 500ms, {.bank = bank,
                                               .result = bad ? what : outcome::ok,
                                               .took = bad ? took : 100ms,
                                               .injected = bad && injected}));
      }
      take(m.tick(now));
    }
  }
  void take(effects e) {
    for (auto& n : e.notifications) sent.push_back(std::move(n));
    for (auto& c : e.incidents) changes.push_back(std::move(c));
  }
  std::vector<std::string> whose_messages() const {
    std::vector<std::string> all;
    for (auto const& n : sent) all.push_back(m.find_incident(n.incident_id)->institution + " " + n.channel);
    return all;
  }

  monitor m{settings()};
  time_point now{1h};
  dice coin{7};
  outcome what = outcome::auth_platform;
  duration took = 100ms;
  bool injected = false;
  std::vector<notification> sent;
  std::vector<incident_change> changes;
};

TEST_F(Banks, TheSameFailureEverywhereIsOneIncidentToldOncePerChannel) {
  auto unplanned = settings();
  unplanned.maintenance.clear();
  m = monitor(unplanned);
  play(60, {});
  play(120, m.settings().banks.ids());  // 840 failures
  EXPECT_THAT(whose_messages(), testing::Each(testing::StartsWith("* ")));
  std::vector<std::string> opened;
  for (auto const& n : sent)
    if (n.kind == notification_kind::opened) opened.push_back(n.channel);
  EXPECT_THAT(opened, testing::UnorderedElementsAre("slack", "pagerduty")) << "each channel's first message opens";
  EXPECT_LE(sent.size(), 3u) << "slack, pagerduty, and pagerduty once more when it became critical";
  ASSERT_TRUE(m.open_incident("*"));
  EXPECT_EQ(m.open_incident("*")->institutions.size(), 7u);
  EXPECT_EQ(m.open_incident("*")->type, incident_type::authentication_error);
  for (auto const& bank : m.settings().banks.ids()) {
    ASSERT_TRUE(m.open_incident(bank)) << "each bank has its own row";
    EXPECT_EQ(m.open_incident(bank)->part_of, m.open_incident("*")->id);
    EXPECT_FALSE(m.open_incident(bank)->notes.empty()) << "and says why nobody was told of it";
  }
  sent.clear();
  play(400, {});
  EXPECT_FALSE(m.open_incident("*"));
  for (auto const& bank : m.settings().banks.ids()) EXPECT_FALSE(m.open_incident(bank));
  EXPECT_THAT(whose_messages(), testing::UnorderedElementsAre("* slack", "* pagerduty"));
}

TEST_F(Banks, TwoBanksAreTwoIncidents) {
  play(60, {});
  play(120, {"itau", "nubank"});
  EXPECT_FALSE(m.open_incident("*"));
  EXPECT_TRUE(m.open_incident("itau"));
  EXPECT_THAT(whose_messages(), testing::Contains("nubank slack"));
}

TEST_F(Banks, GameDaysAreNeverThePlatforms) {
  play(60, {});
  for (auto const* bank : {"itau", "nubank", "bb"}) {
    m.start_drill({"s1", bank}, now);
    m.fault_armed(bank, 7, now);
  }
  play(120, {"itau", "nubank", "bb"});
  EXPECT_FALSE(m.open_incident("*"));
  EXPECT_THAT(whose_messages(), testing::Contains("bb slack"));
}

TEST_F(Banks, ASilencedBankIsToldOfOnceTheSilenceEnds) {
  silence s;
  s.institution = "itau";
  s.by = "ana";
  s.reason = "o banco avisou";
  s.until = now + 5min;
  auto made = m.quiet(s, now);
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(made->second.silences.size(), 1u);
  play(60, {});
  play(180, {"itau"});
  EXPECT_THAT(sent, IsEmpty());
  ASSERT_TRUE(m.open_incident("itau"));
  EXPECT_THAT(m.open_incident("itau")->notes.back().text, HasSubstr("silêncio de ana"));
  EXPECT_TRUE(std::ranges::any_of(m.history(), [](auto const& h) { return h.withheld.contains("o banco avisou"); }));
  play(70, {"itau"});
  EXPECT_THAT(whose_messages(), testing::Contains("itau slack"));
}

TEST_F(Banks, MaintenanceByTheCalendarIsQuietForItsBankAlone) {
  play(60, {});
  play(120, {"caixa", "itau"});
  EXPECT_THAT(whose_messages(), testing::Not(testing::Contains("caixa slack")));
  EXPECT_THAT(whose_messages(), testing::Contains("itau slack"));
  EXPECT_THAT(m.open_incident("caixa")->notes.back().text, HasSubstr("janela da Caixa"));
}

/// Slow at first, as an aggregator that is about to go: told to the channel of slowness alone.
TEST_F(Banks, WhatGetsWorseIsThePlatformsAlsoWhenItFailsInAnotherWay) {
  play(60, {});
  what = outcome::ok;
  took = 6s;
  play(120, {"itau", "nubank", "bb"});
  ASSERT_THAT(whose_messages(), testing::ElementsAre("* email"));
  what = outcome::institution_down;
  took = 100ms;
  play(120, {"itau", "nubank", "bb"});
  EXPECT_THAT(whose_messages(), testing::Contains("* pagerduty"));
  EXPECT_THAT(whose_messages(), testing::Each(testing::StartsWith("* ")));
}

TEST_F(Banks, TheOneThatIsLeftAndGetsWorseSpeaksForItself) {
  play(60, {});
  what = outcome::ok;
  took = 6s;
  play(120, {"itau", "nubank", "bb"});
  ASSERT_THAT(whose_messages(), testing::ElementsAre("* email"));
  play(400, {"itau"});
  ASSERT_TRUE(m.open_incident("itau"));
  ASSERT_FALSE(m.open_incident("bb"));
  EXPECT_THAT(whose_messages(), testing::ElementsAre("* email")) << "it has been told of";
  what = outcome::institution_down;
  play(120, {"itau"});
  EXPECT_THAT(whose_messages(), testing::Contains("itau pagerduty"));
}

TEST_F(Banks, MaintenanceOfThreeBanksIsNotThePlatforms) {
  auto planned = settings();
  planned.maintenance[0].institutions = {"itau", "nubank", "bb"};
  m = monitor(planned);
  play(60, {});
  play(120, {"itau", "nubank", "bb"});
  EXPECT_FALSE(m.open_incident("*"));
  EXPECT_TRUE(m.open_incident("itau"));
  EXPECT_THAT(sent, IsEmpty());
}

TEST_F(Banks, ASilenceOfARunIsOfItsBankAlone) {
  m.start_drill({"s1", "itau"}, now);
  m.fault_armed("itau", 7, now);
  silence s;
  s.run = "s1";
  s.by = "ana";
  s.reason = "treino";
  s.until = now + 6h;
  ASSERT_TRUE(m.quiet(s, now));
  play(60, {});
  play(120, {"itau", "nubank"});
  EXPECT_THAT(whose_messages(), testing::Contains("nubank slack"));
  EXPECT_THAT(whose_messages(), testing::Not(testing::Contains("itau slack")));
}

/// The faults are lifted and the run has ended, but the bank really is down by now.
struct AfterADrill : Banks {
  AfterADrill() {
    what = outcome::institution_down;
    play(60, {});
    m.start_drill({"s1", "itau"}, now);
    m.fault_armed("itau", 7, now);
    injected = true;
    play(120, {"itau"});
    m.fault_lifted("itau", 7, now);
    m.end_drill("itau", now);
    injected = false;
  }
};

TEST_F(AfterADrill, WhatGoesOnIsAnotherIncidentAndNoExercise) {
  auto const drill = m.open_incident("itau")->id;
  ASSERT_TRUE(m.open_incident("itau")->drill);
  sent.clear();
  auto const ended = now;
  play(280, {"itau"});
  ASSERT_TRUE(m.open_incident("itau"));
  EXPECT_FALSE(m.open_incident("itau")->drill);
  EXPECT_GE(m.open_incident("itau")->started_at, ended);
  EXPECT_LT(m.open_incident("itau")->alerted_at.value() - ended, 5min);
  EXPECT_EQ(m.find_incident(drill)->status, incident_status::resolved);
  EXPECT_THAT(m.find_incident(drill)->resolution_notes, HasSubstr("segue em INC-0002"));
  std::vector<std::string> really;
  for (auto const& n : sent)
    if (!n.drill) really.push_back(n.channel + " " + std::string(name_of(n.kind)));
  EXPECT_THAT(really, testing::Contains("pagerduty opened"));
}

TEST_F(AfterADrill, ABankThatIsWellIsOver) {
  play(500, {});
  EXPECT_FALSE(m.open_incident("itau"));
  EXPECT_EQ(m.incidents().size(), 1u);
}

TEST_F(AfterADrill, RulesThatFireOnItsTailAreTheExercises) {
  EXPECT_EQ(m.incidents().size(), 1u);
  play(60, {});
  for (auto const& n : sent) EXPECT_TRUE(n.drill) << n.payload_json;
}

TEST_F(Banks, ASilenceOfARunEndsWithTheRun) {
  m.start_drill({"s1", "itau"}, now);
  silence s;
  s.run = "s1";
  s.by = "ana";
  s.reason = "treino";
  s.until = now + 6h;
  ASSERT_TRUE(m.quiet(s, now));
  s.run = "s2";
  EXPECT_FALSE(m.quiet(s, now)) << "no such run";
  m.end_drill("itau", now);
  EXPECT_THAT(m.silences(), IsEmpty());
  EXPECT_EQ(m.tick(now).silences.size(), 1u) << "and that is written down";
}

/// AC-6 for a fault that the rules see late: 8 % failing is below the threshold of ten, and the success rule takes its
/// time. It is known, silently, within five minutes; both instants are kept.
TEST_F(Banks, WhatTheRulesSeeLateIsKnownBeforeItIsTold) {
  auto late = settings();
  for (auto& r : late.rules) r.mode = rule_mode::sustained;
  m = monitor(late);
  play(1200, {});
  auto const fault = now;
  play(300, {"itau"}, 0.08);
  ASSERT_TRUE(m.open_incident("itau"));
  auto const known = m.open_incident("itau")->opened_at;
  EXPECT_LT(known - fault, 5min);
  EXPECT_FALSE(m.open_incident("itau")->alerted_at);
  EXPECT_EQ(m.open_incident("itau")->detected_by, "detector failures");
  EXPECT_THAT(sent, IsEmpty());
  play(360, {"itau"}, 0.5);
  ASSERT_TRUE(m.open_incident("itau")->alerted_at);
  EXPECT_EQ(m.open_incident("itau")->opened_at, known);
  EXPECT_EQ(sent.at(0).kind, notification_kind::opened) << "the first message opens, however late it is";
}

TEST_F(Banks, ASilentIncidentThatPassesResolvesSilently) {
  auto deaf = settings();
  for (auto& r : deaf.rules) r.mode = rule_mode::sustained;
  m = monitor(deaf);
  play(1200, {});
  play(60, {"itau"}, 0.5);
  ASSERT_TRUE(m.open_incident("itau"));
  play(300, {});
  EXPECT_FALSE(m.open_incident("itau"));
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_EQ(m.incidents().at(0).status, incident_status::resolved);
}

/// The same with a ladder: whoever does not acknowledge is passed over after two minutes.
struct Climbing : Banks {
  Climbing() {
    auto s = settings();
    s.escalation = {{{severity::high, 2min, {"manager"}}}, 0s};
    m = monitor(std::move(s));
    what = outcome::institution_down;
  }
  long calls_to_the_manager() const { return std::ranges::count(sent, std::string("manager"), &notification::channel); }
};

TEST_F(Climbing, NobodyAcknowledgesAndTheNextOneIsToldOnce) {
  play(60, {});
  play(400, {"itau"});
  EXPECT_EQ(calls_to_the_manager(), 1);
}

TEST_F(Climbing, WhoAcknowledgesSparesTheNextOne) {
  play(60, {});
  play(90, {"itau"});
  ASSERT_TRUE(m.open_incident("itau"));
  take(*m.acknowledge(m.open_incident("itau")->id, "ana", now));
  play(300, {"itau"});
  EXPECT_EQ(calls_to_the_manager(), 0);
}

TEST_F(Climbing, WhoWasCalledHearsThatItIsOver) {
  play(60, {});
  play(200, {"itau"});
  play(400, {});
  EXPECT_EQ(sent.back().kind, notification_kind::resolved);
  EXPECT_EQ(calls_to_the_manager(), 2);
}

TEST_F(Climbing, ASilenceOfWhatIsMilderHoldsNothingBack) {
  silence s;
  s.institution = "itau";
  s.at_most = severity::medium;
  s.by = "ana";
  s.reason = "o banco avisou";
  s.until = now + 1h;
  ASSERT_TRUE(m.quiet(s, now));
  play(60, {});
  play(400, {"itau"});
  EXPECT_EQ(calls_to_the_manager(), 1);
}

TEST_F(Climbing, ASilenceOfItsBanksHoldsThePlatformsStepsBack) {
  play(60, {});
  play(90, m.settings().banks.ids());
  ASSERT_TRUE(m.open_incident("*"));
  silence s;
  s.by = "ana";
  s.reason = "a Belvo avisou";
  s.until = now + 1h;
  ASSERT_TRUE(m.quiet(s, now));
  play(300, m.settings().banks.ids());
  EXPECT_EQ(calls_to_the_manager(), 0);
}

TEST_F(Climbing, ASilenceHoldsTheNextStepBackAndItsEndLetsItGo) {
  play(60, {});
  play(90, {"itau"});
  silence s;
  s.institution = "itau";
  s.by = "ana";
  s.reason = "o banco avisou";
  s.until = now + 5min;
  ASSERT_TRUE(m.quiet(s, now));
  play(290, {"itau"});
  EXPECT_EQ(calls_to_the_manager(), 0);
  play(60, {"itau"});
  EXPECT_EQ(calls_to_the_manager(), 1);
}

}  // namespace
}  // namespace vendaval::monitor
