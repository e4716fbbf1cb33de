#include "monitor/monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "monitor/views/views.hpp"
#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using test::ended_at;
using testing::HasSubstr;
using testing::StartsWith;

/// Seven banks called once a second each; `broken` says which one fails, and how.
struct Day : testing::Test {
  Day() : m(settings()) {}
  static monitor_settings settings() {
    monitor_settings s;
    s.banks = mission_institutions();
    s.rules = default_rules();
    for (auto& r : s.rules) r = compress(r, 20);
    s.slot = 250ms;
    s.incidents.flap_hold = 30s;
    return s;
  }
  void play(duration length, test::call broken = {.bank = ""}, int per_second = 4) {
    for (auto const end = now + length; now < end;) {
      auto const step = duration(1s) / per_second;
      now += step;
      for (auto const& bank : m.settings().banks.all()) {
        auto call = bank.id == broken.bank ? broken : test::call{.bank = bank.id};
        if (bank.id == silent) continue;
        m.observe(ended_at(now - step / 2, call));
      }
      take(m.tick(now));
    }
  }
  void take(effects e) {
    for (auto& n : e.notifications) {
      m.written(n.id, now + 5ms);
      m.accepted(n.id, now + 50ms);
      sent.push_back(std::move(n));
    }
    for (auto& i : e.incidents) changes.push_back(std::move(i));
    for (auto& a : e.alerts) alerts.push_back(std::move(a));
  }
  int sent_to(std::string_view channel, notification_kind kind) const {
    return static_cast<int>(
        std::ranges::count_if(sent, [&](auto& n) { return n.channel == channel && n.kind == kind; }));
  }

  monitor m;
  time_point now{1h};
  std::string silent;
  std::vector<notification> sent;
  std::vector<incident_change> changes;
  std::vector<alert_change> alerts;
  static test::call down() { return {.bank = "itau", .result = outcome::institution_down, .injected = true}; }
};

TEST_F(Day, AnIncidentSaysHowManyUsersTheBankHasAsFarAsLinksAreKnown) {
  for (auto const* const link : {"L1", "L2", "l2"}) m.learn_link("itau", link);
  play(30s);
  play(30s, down());
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].now.institution, "itau");
  EXPECT_EQ(changes[0].now.affected_users, 2u);
}

TEST_F(Day, AQuietDayTellsNobodyAnything) {
  play(60s);
  EXPECT_TRUE(sent.empty());
  EXPECT_TRUE(changes.empty());
  for (auto const& s : m.summaries(now)) EXPECT_EQ(s.level(), "ok") << s.id;
}

TEST_F(Day, OneBankDownIsOneIncidentToldOncePerChannelAndResolved) {
  play(20s);
  m.start_drill({"s1", "itau"}, now);
  play(10s);
  m.fault_armed("itau", 7, now);
  auto const armed = now;
  play(15s, down());
  auto const lifted = now;
  m.fault_lifted("itau", 7, now);
  play(60s);
  ASSERT_GE(changes.size(), 2u);
  EXPECT_EQ(m.incidents().size(), 1u);
  EXPECT_EQ(m.incidents()[0].institution, "itau");
  EXPECT_EQ(m.incidents()[0].status, incident_status::resolved);
  EXPECT_EQ(m.incidents()[0].grade, severity::critical);
  EXPECT_TRUE(m.incidents()[0].drill);
  EXPECT_GE(m.incidents()[0].started_at, armed);
  EXPECT_LE(m.incidents()[0].started_at, armed + 500ms);
  EXPECT_EQ(sent_to("slack", notification_kind::opened), 1);
  EXPECT_EQ(sent_to("slack", notification_kind::resolved), 1);
  EXPECT_EQ(sent_to("pagerduty", notification_kind::resolved), 1);
  std::set<std::string> prints;
  for (auto const& n : sent) {
    EXPECT_THAT(n.text, StartsWith("[EXERCÍCIO]"));
    EXPECT_TRUE(prints.insert(n.fingerprint).second) << n.fingerprint;
  }
  m.end_drill("itau", now);
  auto const& l = *m.drill_ledger("itau");
  EXPECT_EQ(l[mark::armed], armed);
  EXPECT_EQ(l[mark::lifted], lifted);
  for (auto const needed :
       {mark::first_touched, mark::first_bad, mark::rule_pending, mark::firing, mark::written, mark::accepted,
        mark::first_good, mark::rate_recovered, mark::alert_cleared, mark::incident_resolved})
    EXPECT_TRUE(l[needed]) << mark_names[static_cast<std::size_t>(needed)];
  EXPECT_LE(*l.detection(), 5s);
  EXPECT_FALSE(l[mark::breaker_opened]);
  EXPECT_EQ(m.breaker("itau", now)->verdict, breaker_verdict::not_observed);
}

TEST_F(Day, WhoStopsCallingDoesNotEndTheIncident) {
  play(20s);
  play(10s, {.bank = "itau", .result = outcome::network});
  silent = "itau";
  play(120s);
  ASSERT_TRUE(m.open_incident("itau"));
  EXPECT_TRUE(m.open_incident("itau")->masked);
  EXPECT_FALSE(m.open_incident("itau")->drill);
  silent.clear();
  play(30s);
  EXPECT_FALSE(m.open_incident("itau"));
}

TEST_F(Day, TheOtherBanksAreLeftAlone) {
  play(20s);
  play(20s, down());
  for (auto const& s : m.summaries(now)) {
    EXPECT_EQ(s.level(), s.id == "itau" ? "down" : "ok") << s.id;
    if (s.id != "itau") EXPECT_EQ(s.success->value, 100);
  }
}

TEST_F(Day, WhatAFaultDidIsNotTheBanksFailure) {
  play(20s);
  play(20s, down());
  for (auto const& s : m.summaries(now))
    if (s.id == "itau") {
      EXPECT_LT(s.success->value, 60);
      EXPECT_EQ(s.attributable->value, 100);
    }
}

TEST_F(Day, TrafficOfNoBankRaisesNoAlert) {
  for (int i = 0; i != 400; ++i) {
    now += 250ms;
    m.observe(ended_at(now, {.bank = "unknown", .result = outcome::network}));
    m.observe(ended_at(now, {.bank = "global", .result = outcome::auth_platform}));
    take(m.tick(now));
  }
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(m.metrics(now).series.size(), 2u);
}

TEST_F(Day, ABankNobodyConfiguredIsWatchedOnceItIsSeen) {
  for (int i = 0; i != 100; ++i) {
    now += 250ms;
    m.observe(ended_at(now, {.bank = "novo", .result = outcome::network}));
    take(m.tick(now));
  }
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].now.institution, "novo");
}

TEST_F(Day, MetricsAddUpToWhatWasSeen) {
  play(20s);
  play(10s, down());
  m.see({{"itau", operation::retrieve, now - 3s, 1, true}});
  auto const snapshot = m.metrics(now);
  std::uint64_t calls = 0, injected = 0;
  for (auto const& s : snapshot.series) {
    calls += s.life.count;
    for (auto const n : s.life.injected) injected += n;
  }
  EXPECT_EQ(calls, 7u * 30 * 4);
  EXPECT_EQ(injected, 40u);
  EXPECT_EQ(snapshot.alerts.size(), 7u * 4);
  EXPECT_EQ(snapshot.notifications_created, sent.size());
  EXPECT_EQ(snapshot.notifications_accepted, sent.size());
  for (auto const& i : snapshot.institutions) {
    EXPECT_EQ(i.up, i.institution != "itau");
    EXPECT_EQ(i.flying.oldest, i.institution == "itau" ? 3s : 0s);
  }
}

TEST_F(Day, AReceiptOfAnUnknownMessageIsNoReceipt) {
  m.start_drill({"s1", "itau"}, now);
  m.fault_armed("itau", 7, now);
  m.accepted("no-such-message", now);
  m.written("no-such-message", now);
  EXPECT_FALSE((*m.drill_ledger("itau"))[mark::accepted]);
  EXPECT_FALSE((*m.drill_ledger("itau"))[mark::written]);
}

TEST_F(Day, ViewsSayWhatTheMonitorKnows) {
  play(20s);
  play(15s, down());
  timeline const time{time_point{1h}, wall_time{std::chrono::sys_days{std::chrono::year(2026) / 1 / 19}}};
  auto const status = status_json(m.summaries(now), time, now);
  EXPECT_EQ(status.at("at"), "2026-01-19T00:00:35.000Z");
  auto const& banks = status.at("institutions").as_array();
  ASSERT_EQ(banks.size(), 7u);
  auto const itau = *std::ranges::find_if(banks, [](auto const& b) { return b.at("id") == "itau"; });
  EXPECT_EQ(itau.at("level"), "down");
  EXPECT_EQ(itau.at("incident").at("label"), "INC-0001");
  EXPECT_GT(itau.at("outcomes").at("institution_down").to_number<int>(), 0);
  EXPECT_EQ(alerts_json(m.alerts(), time).at("alerts").as_array().size(), 28u);
  auto const incidents = incidents_json(m.incidents(), time);
  auto const& i = incidents.at("incidents").at(0);
  EXPECT_EQ(i.at("status"), "open");
  EXPECT_EQ(i.at("incident_type"), "connection_failure");
  EXPECT_TRUE(i.at("resolved_at").is_null());
}

}  // namespace
}  // namespace vendaval::monitor
