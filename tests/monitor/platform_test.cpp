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
        m.observe(test::ended_at(now - 500ms, {.bank = bank, .result = bad ? what : outcome::ok}));
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
  std::vector<notification> sent;
  std::vector<incident_change> changes;
};

TEST_F(Banks, TheSameFailureEverywhereIsOneIncidentToldOncePerChannel) {
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
