// Who is told how often: one trouble is one message, however many calls fail and however many rules see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitor/monitor.hpp"
#include "monitor/notify/letter.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// One bank, the mission's four rules, and one channel that all of them tell.
struct OneChannel : testing::Test {
  static monitor_settings settings() {
    monitor_settings s;
    s.rules = default_rules();
    for (auto& r : s.rules) r.channels = {"pagerduty"};
    s.escalation.repeat = 1h;
    return s;
  }
  /// One call every `spacing`; rules are looked at after each.
  void calls(int count, duration spacing, test::call const& what) {
    for (int i = 0; i != count; ++i) {
      now += spacing;
      m.observe(test::ended_at(now, what));
      for (auto& n : m.tick(now).notifications) sent.push_back(std::move(n));
    }
  }
  void silence(duration length) {
    for (auto const end = now + length; now < end;) {
      now += 1s;
      for (auto& n : m.tick(now).notifications) sent.push_back(std::move(n));
    }
  }
  std::vector<notification_kind> kinds() const {
    std::vector<notification_kind> all;
    for (auto const& n : sent) all.push_back(n.kind);
    return all;
  }
  std::string episode(std::size_t i) const { return letter_from(sent.at(i).payload_json)->episode; }

  monitor m{settings()};
  time_point now{1h};
  std::vector<notification> sent;
  static inline test::call const fails{.result = outcome::institution_down};
};

TEST_F(OneChannel, FiveHundredIdenticalFailuresAreOneNotificationUntilItIsOver) {
  calls(500, 100ms, fails);  // two rules fire at the same moment
  EXPECT_THAT(kinds(), ElementsAre(notification_kind::opened));
  EXPECT_EQ(letter_from(sent[0].payload_json)->grade, severity::high) << "the worst of what is known speaks";
  EXPECT_EQ(m.open_incident("itau")->suppressed, 1u);
  EXPECT_EQ(m.open_incident("itau")->firing.size(), 2u);
  calls(1000, 1s, {});
  EXPECT_THAT(kinds(), ElementsAre(notification_kind::opened, notification_kind::resolved));
  EXPECT_EQ(episode(0), episode(1));
}

TEST_F(OneChannel, HoweverManyRulesSayThatItIsThatBad) {
  auto s = settings();
  for (auto& r : s.rules) r.grade = severity::high;
  m = monitor(std::move(s));
  calls(100, 1s, {});  // so that one rule after the other fires
  calls(500, 1s, fails);
  EXPECT_THAT(kinds(), ElementsAre(notification_kind::opened));
  EXPECT_EQ(m.open_incident("itau")->firing.size(), 3u);
}

TEST_F(OneChannel, TheyAreRemindedWhenTheRepeatIntervalHasPassedAndNotBefore) {
  calls(500, 100ms, fails);
  auto const told = *m.open_incident("itau")->alerted_at;
  sent.clear();
  calls(500, 1s, {.result = outcome::client_error});  // proves nothing: it is as bad as it was
  silence(told + 1h - 1s - now);
  // The outage has lasted a minute by now: that is worse, and said as such.
  EXPECT_THAT(kinds(), ElementsAre(notification_kind::updated));
  silence(2s);
  EXPECT_THAT(kinds(), ElementsAre(notification_kind::updated, notification_kind::reminder));
}

TEST_F(OneChannel, WhatGetsWorseIsAnUpdateOfTheSameEpisode) {
  calls(100, 1s, {});
  calls(500, 1s, fails);
  using enum notification_kind;
  ASSERT_THAT(kinds(), ElementsAre(opened, updated, updated));
  for (std::size_t i = 0; i != 3; ++i) {
    EXPECT_EQ(letter_from(sent[i].payload_json)->grade, static_cast<severity>(i + 1)) << "medium, high, critical";
    EXPECT_EQ(episode(i), episode(0));
  }
  EXPECT_THAT(sent[2].text, HasSubstr("[CRÍTICO] itau: piorou, "));
  EXPECT_THAT(letter_from(sent[2].payload_json)->headline, HasSubstr("situação agravada"));
}

TEST_F(OneChannel, WhoJoinsLateIsToldHowBadItIsAndNotOfWhatItKnowsByThen) {
  auto s = settings();
  for (auto& r : s.rules)
    if (r.grade == severity::medium) r.channels = {"slack"};
  m = monitor(std::move(s));
  calls(1000, 1s, {});  // a long time without failures: the mild rule is the slower one
  calls(200, 1s, fails);
  std::vector<std::string> told;
  for (auto const& n : sent) told.push_back(n.channel + " " + std::string(name_of(n.kind)));
  EXPECT_THAT(told, testing::UnorderedElementsAre("pagerduty opened", "slack opened", "pagerduty updated"));
}

}  // namespace
}  // namespace vendaval::monitor
