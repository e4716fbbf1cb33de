// A process ends in every state that a rule can be in, and the next one goes on: nobody is told twice, what is owed is
// told, and nothing is over because nobody looked. All of it in virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitor/monitor.hpp"
#include "monitor/notify/letter.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum notification_kind;

test::call const good{}, fails{.result = outcome::institution_down};

/// One bank and one rule; what it decides is remembered as the database would.
struct Restarts : testing::Test {
  static monitor_settings settings() {
    monitor_settings s;
    auto rules = default_rules();
    s.rules = {*std::ranges::find(rules, std::string("errors_high"), &rule::name)};
    s.escalation.repeat = 0s;
    return s;
  }
  void calls(int count, test::call const& what) {
    for (int i = 0; i != count; ++i) {
      now += 1s;
      m->observe(test::ended_at(now, what));
      take(m->tick(now));
    }
  }
  void quiet(int seconds) {
    for (int i = 0; i != seconds; ++i) take(m->tick(now += 1s));
  }
  void take(effects e) {
    for (auto& n : e.notifications) sent.push_back(std::move(n));
    for (auto const& c : e.alerts)
      if (matters(c.from) || matters(c.now.state)) alerts[c.now.rule] = c.now;
    for (auto const& c : e.incidents) incidents[c.now.number] = c.now;
    for (auto const& s : e.silences) silences[s.id] = s;
  }
  static bool matters(alert_state s) {  // the others are not kept
    return s == alert_state::pending || s == alert_state::firing || s == alert_state::masked;
  }
  /// kill -9, and another process `gap` later.
  void restart(duration gap = 5s) {
    memory known;
    for (auto const& [number, i] : incidents) known.incidents.push_back(i);
    for (auto const& [name, a] : alerts) known.alerts.push_back(a);
    for (auto const& [id, s] : silences) known.silences.push_back(s);
    known.alive = now;
    m = std::make_unique<monitor>(settings());
    now += gap;
    m->restore(std::move(known), now);
  }
  alert_state state() const { return m->alerts().at(0).state; }
  std::vector<notification_kind> told() const {
    std::vector<notification_kind> all;
    for (auto const& n : sent) all.push_back(n.kind);
    return all;
  }
  /// Trouble and its end are told once each from here on, as one episode.
  void is_told_once_and_of_its_end() {
    calls(60, fails);
    EXPECT_THAT(told(), ElementsAre(opened));
    calls(400, good);
    ASSERT_THAT(told(), ElementsAre(opened, resolved));
    EXPECT_EQ(letter_from(sent[0].payload_json)->episode, letter_from(sent[1].payload_json)->episode);
    EXPECT_EQ(m->incidents().size(), 1u);
    EXPECT_EQ(m->incidents()[0].label(), "INC-0001");
  }

  std::unique_ptr<monitor> m = std::make_unique<monitor>(settings());
  time_point now{1h};
  std::vector<notification> sent;
  std::map<std::string, alert> alerts;
  std::map<unsigned, incident> incidents;
  std::map<std::string, silence> silences;
};

TEST_F(Restarts, WhileNobodyCalls) {
  m = std::make_unique<monitor>([] {
    auto s = settings();
    s.banks = mission_institutions();
    return s;
  }());
  quiet(10);
  ASSERT_EQ(state(), alert_state::no_data);
  restart();
  quiet(600);
  EXPECT_THAT(told(), IsEmpty());
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, WithTooFewCallsToTell) {
  calls(10, fails);
  ASSERT_NE(state(), alert_state::firing);
  calls(3, good);
  quiet(160);
  ASSERT_EQ(state(), alert_state::insufficient_data);
  incidents.clear();  // what the detector made of it is another test's
  restart();
  quiet(200);
  EXPECT_THAT(told(), IsEmpty());
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, WhileAllIsWell) {
  calls(300, good);
  ASSERT_EQ(state(), alert_state::ok);
  restart();
  calls(300, good);
  EXPECT_THAT(told(), IsEmpty());
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, WhilePending) {
  calls(300, good);
  calls(10, fails);
  ASSERT_EQ(state(), alert_state::pending);
  restart();
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, WhatWasDroppedIsNotTakenUpByALaterProcess) {
  calls(300, good);
  calls(10, fails);
  ASSERT_EQ(state(), alert_state::pending);
  restart(10min);  // nobody looked for so long: dropped
  calls(300, good);
  incidents.clear();
  restart();
  EXPECT_NE(state(), alert_state::pending);
  calls(300, good);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Restarts, WhileOnlySomebodyElseHasSeenIt) {
  calls(300, good);
  take(m->sighted({"itau", "statuspage", severity::medium, incident_type::other, "Itaú: lento", now, now}));
  restart();
  calls(30, good);
  ASSERT_TRUE(m->open_incident("itau")) << "who saw it says when it is over";
  m->sighting_over("itau", "statuspage", now);
  take(m->tick(now += 1s));
  EXPECT_FALSE(m->open_incident("itau"));
}

TEST_F(Restarts, WhileFiring) {
  calls(300, good);
  calls(60, fails);
  ASSERT_EQ(state(), alert_state::firing);
  ASSERT_THAT(told(), ElementsAre(opened));
  restart(2h);
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, WhileMasked) {
  calls(300, good);
  calls(60, fails);
  quiet(200);
  ASSERT_EQ(state(), alert_state::masked);
  restart();
  quiet(3600);
  EXPECT_THAT(told(), ElementsAre(opened)) << "silence proves nothing, before a restart and after it";
  ASSERT_TRUE(m->open_incident("itau"));
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, AgainAndAgainInTheMiddleOfIt) {
  calls(300, good);
  for (int i = 0; i != 20; ++i) {
    calls(15, fails);
    restart(1s);
  }
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, OnceSomebodyHasAcknowledged) {
  calls(300, good);
  calls(60, fails);
  take(m->acknowledge("INC-0001", "ana", now).value());
  restart();
  calls(60, fails);
  EXPECT_THAT(told(), ElementsAre(opened, acknowledged));
  EXPECT_EQ(m->open_incident("itau")->acknowledged_by, "ana");
}

TEST_F(Restarts, OnceItIsOver) {
  calls(300, good);
  calls(60, fails);
  calls(400, good);
  ASSERT_THAT(told(), ElementsAre(opened, resolved));
  restart();
  calls(900, good);
  EXPECT_THAT(told(), ElementsAre(opened, resolved));
}

TEST_F(Restarts, WhileASilenceKeepsPeopleFromBeingTold) {
  calls(300, good);
  take(m->quiet({.id = "",
                 .institution = "itau",
                 .rule = "",
                 .at_most = {},
                 .run = "",
                 .by = "ana",
                 .reason = "o banco avisou",
                 .from = now,
                 .until = now + 10min},
                now)
           ->second);
  calls(60, fails);
  ASSERT_EQ(state(), alert_state::firing);
  restart();
  calls(500, fails);
  EXPECT_THAT(told(), IsEmpty());
  calls(60, fails);
  ASSERT_THAT(told(), ElementsAre(opened)) << "what still fails when the silence ends is told of then";
  EXPECT_THAT(sent[0].text, testing::HasSubstr("com falhas há"));
  is_told_once_and_of_its_end();
}

TEST_F(Restarts, WhenOnlyTheDetectorKnows) {
  calls(600, good);
  calls(12, fails);  // under the rule's share of three minutes
  ASSERT_NE(state(), alert_state::firing);
  ASSERT_TRUE(m->open_incident("itau")) << "it is known";
  restart();
  quiet(3600);
  ASSERT_TRUE(m->open_incident("itau")) << "that nobody looked is no proof that it is over";
  EXPECT_EQ(m->open_incident("itau")->detected_by, "detector failures");
  calls(400, good);
  EXPECT_FALSE(m->open_incident("itau"));
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace vendaval::monitor
