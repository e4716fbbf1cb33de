#include "monitor/probes/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/client_of.hpp"
#include "monitor/monitor.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
constexpr time_point start{1h};

TEST(ProbePlan, SpreadsTheCallsEvenlyAndMakesUpForNothing) {
  probe_plan plan(3, 30s);
  EXPECT_THAT(plan.due(start), ElementsAre(0));
  EXPECT_THAT(plan.due(start + 9s), IsEmpty());
  EXPECT_THAT(plan.due(start + 10s), ElementsAre(1));
  EXPECT_THAT(plan.due(start + 20s), ElementsAre(2));
  EXPECT_THAT(plan.due(start + 30s), ElementsAre(0));
  EXPECT_THAT(plan.due(start + 10min), ElementsAre(0, 1, 2)) << "each once, however long it slept";
  EXPECT_THAT(plan.due(start + 10min + 1s), IsEmpty());
}

TEST(ProbePlan, WithoutCallsHasNothingToDo) { EXPECT_THAT(probe_plan(0, 30s).due(start), IsEmpty()); }

TEST(Probes, AreToldFromTheAppsCallsByANameThatNobodyElseKnows) {
  EXPECT_NE(client_of("127.0.0.1", probe_agent(1)), client_of("127.0.0.1", probe_agent(2)));
  EXPECT_NE(client_of("127.0.0.1", probe_agent(1)), client_of("10.0.0.1", probe_agent(1)));
}

/// As seldom as they may come, and with the third hanging for as long as it is allowed to.
TEST(Probes, ThreeFailuresInARowAreKnownHoweverSeldomTheyCome) {
  rule_state watched(probe_rule({}, longest_pause), "itau");
  traffic seen;
  exchange x;
  x.institution = "itau";
  x.what = operation::retrieve;
  x.counts = weight::bad;
  x.result = outcome::timeout;
  for (auto const ended : {duration(0), longest_pause, 3 * longest_pause}) {
    EXPECT_FALSE(watched.view().firing);
    x.ended = start + ended;
    x.arrived = x.ended - 1s;
    seen.observe(x);
    watched.step(seen, x.ended + 1s);
  }
  EXPECT_TRUE(watched.view().firing);
}

/// A quiet night: nobody calls, and the bank is asked every 30 s.
struct QuietNight : testing::Test {
  monitor m{[] {
    monitor_settings s;
    s.banks = mission_institutions();
    s.probe = probe_rule(s.rules, 30s);
    s.probed = {"itau"};
    s.time = {start, {}};
    return s;
  }()};
  time_point now = start;
  std::vector<incident_change> incidents;

  void probe(bool good) {
    exchange x;
    x.institution = "itau";
    x.what = operation::retrieve;
    x.counts = good ? weight::good : weight::bad;
    x.result = good ? outcome::ok : outcome::institution_down;
    x.arrived = now - 200ms;
    x.ended = now;
    m.probed(x);
    pass(30s);
  }
  void pass(duration d) {
    for (auto const end = now + d; now < end; now += 1s)
      for (auto& c : m.tick(now).incidents) incidents.push_back(std::move(c));
  }
  int told(incident_change::kind what) const {
    return static_cast<int>(std::ranges::count(incidents, what, &incident_change::what));
  }
};

TEST_F(QuietNight, ThreeFailuresInARowAreAnOutageAndOneGoodAnswerEndsIt) {
  for (int i = 0; i < 5; ++i) probe(true);
  probe(false);
  probe(false);
  EXPECT_TRUE(incidents.empty());
  probe(false);
  ASSERT_EQ(told(incident_change::kind::opened), 1);
  EXPECT_EQ(incidents[0].now.institution, "itau");
  EXPECT_EQ(incidents[0].now.grade, severity::critical);
  for (int i = 0; i < 3; ++i) probe(true);
  EXPECT_EQ(told(incident_change::kind::resolved), 1);
}

TEST_F(QuietNight, AFailureNowAndThenIsNone) {
  for (int i = 0; i < 20; ++i) {
    probe(false);
    probe(false);
    probe(true);
  }
  EXPECT_EQ(told(incident_change::kind::opened), 0);
}

TEST_F(QuietNight, ProbesAreInNoFigureOfTheApps) {
  for (int i = 0; i < 4; ++i) probe(false);
  EXPECT_EQ(m.seen().counts("itau", {}, start, now).judged(), 0u);
  for (auto const& bank : m.summaries(now))
    if (bank.id == "itau") EXPECT_EQ(bank.level(), "down");
}

}  // namespace
}  // namespace vendaval::monitor
