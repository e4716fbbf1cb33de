#include "monitor/traffic/traffic.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using test::ended_at;
using test::failing;
constexpr time_point start{1h};

TEST(Traffic, CountsAWindowPerInstitutionAndOperation) {
  traffic t;
  t.observe(ended_at(start + 100ms));
  t.observe(ended_at(start + 200ms, failing));
  t.observe(ended_at(start + 300ms, {.what = operation::read}));
  t.observe(ended_at(start + 300ms, {.bank = "nubank"}));
  auto const touching = t.window("itau", bank_touching(), start, start + 1s);
  EXPECT_EQ(touching.counts.good, 1u);
  EXPECT_EQ(touching.counts.bad, 1u);
  EXPECT_EQ(touching.latencies.count(), 2u);
  EXPECT_EQ(t.counts("itau", {}, start, start + 1s).judged(), 3u);
  EXPECT_EQ(t.counts("inter", {}, start, start + 1s).judged(), 0u);
  EXPECT_EQ(t.seen(), (std::vector<std::string>{"itau", "nubank"}));
}

TEST(Traffic, ATunnelIsAsSlowAsItsOpening) {
  traffic t;
  auto tunnel = ended_at(start + 10min, {.took = 10min});
  tunnel.tunnel = true;
  tunnel.first_byte = tunnel.arrived + 50ms;
  t.see({{.institution = "itau",
          .what = operation::retrieve,
          .arrived = start,
          .request = tunnel.request,
          .tunnel = true}});
  EXPECT_EQ(t.flying("itau", {}, start + 9min).count, 1u);
  EXPECT_EQ(t.flying("itau", {}, start + 9min).oldest, 0s);
  EXPECT_TRUE(t.ages("itau", {}, start + 9min).empty());
  t.observe(tunnel);
  EXPECT_EQ(t.latencies("itau", {}, start, start + 11min).count(), 1u);
  EXPECT_EQ(t.flying("itau", {}, start + 11min).count, 0u);
  EXPECT_LT(t.since_start().at(0).life.seconds, 1.0);
}

TEST(Traffic, AWindowHoldsWholeSlotsAndLeavesTheNextOneOut) {
  traffic t;
  for (int s = 0; s != 10; ++s) t.observe(ended_at(start + s * 1s + 500ms));
  EXPECT_EQ(t.counts("itau", {}, start + 2s, start + 5s).good, 3u);
  EXPECT_EQ(t.counts("itau", {}, start + 2900ms, start + 5s).good, 3u);  // outwards
  EXPECT_EQ(t.counts("itau", {}, start + 2s, start + 5s + 1ns).good, 4u);
  EXPECT_EQ(t.counts("itau", {}, start + 5s, start + 2s).good, 0u);
}

TEST(Traffic, TakesExchangesInAnyOrderAndForgetsTheOld) {
  traffic t(1s, 60s);
  t.observe(ended_at(start + 50s));
  t.observe(ended_at(start + 10s));
  t.observe(ended_at(start + 30s));
  EXPECT_EQ(t.counts("itau", {}, start, start + 60s).good, 3u);
  t.observe(ended_at(start + 75s));
  t.observe(ended_at(start + 1s));  // older than is kept: only the totals since the start know it
  EXPECT_EQ(t.counts("itau", {}, start, start + 80s).good, 3u);
  EXPECT_EQ(t.since_start().front().life.count, 5u);
}

TEST(Traffic, SeesACallThatNeverEnds) {
  traffic t;
  t.see({{"itau", operation::retrieve, start, 1, false}, {"itau", operation::retrieve, start + 20s, 2, false}});
  auto const flying = t.flying("itau", {}, start + 30s);
  EXPECT_EQ(flying.count, 2u);
  EXPECT_EQ(flying.oldest, 30s);
  auto done = ended_at(start + 31s);
  done.request = 1;
  t.observe(done);
  EXPECT_EQ(t.flying("itau", {}, start + 31s).oldest, 11s);
  t.see({});
  EXPECT_EQ(t.flying("itau", {}, start + 31s).count, 0u);
}

TEST(Traffic, AStreakBeginsWithTheFirstBadAnswerAfterTheLastGoodOne) {
  traffic t;
  EXPECT_FALSE(t.streak("itau", {}));
  t.observe(ended_at(start + 1s, failing));
  t.observe(ended_at(start + 2s));
  EXPECT_FALSE(t.streak("itau", {}));
  t.observe(ended_at(start + 3s, failing));
  t.observe(ended_at(start + 4s, {.result = outcome::client_error}));
  t.observe(ended_at(start + 9s, failing));
  auto const streak = t.streak("itau", {});
  ASSERT_TRUE(streak);
  EXPECT_EQ(streak->since, start + 3s);
  EXPECT_EQ(streak->bad, 2u);
  t.observe(ended_at(start + 10s, {.what = operation::read}));
  EXPECT_FALSE(t.streak("itau", {}));
  EXPECT_EQ(t.streak("itau", bank_touching())->bad, 2u);  // reads do not reach the bank
}

TEST(Traffic, WithinOneSlotOnlyWhatIsKnownToBeLaterIsAStreak) {
  traffic t;
  t.observe(ended_at(start + 100ms, failing));
  t.observe(ended_at(start + 200ms));
  t.observe(ended_at(start + 300ms, failing));
  EXPECT_EQ(t.streak("itau", {})->since, start + 300ms);
  EXPECT_EQ(t.streak("itau", {})->bad, 1u);
}

TEST(Traffic, CountsSinceTheStartByOutcomeAndLatency) {
  traffic t;
  t.observe(ended_at(start, {.took = 100ms}));  // on the bound: in its bucket
  t.observe(ended_at(start, {.result = outcome::timeout, .took = 6s, .injected = true}));
  t.observe(ended_at(start, {.took = 400s}));
  auto const all = t.since_start();
  ASSERT_EQ(all.size(), 1u);
  auto const& life = all.front().life;
  EXPECT_EQ(life.buckets[0], 1u);
  EXPECT_EQ(life.buckets[8], 1u);
  EXPECT_EQ(life.buckets.back(), 1u);
  EXPECT_EQ(std::accumulate(life.buckets.begin(), life.buckets.end(), std::uint64_t{0}), life.count);
  EXPECT_EQ(life.injected[static_cast<std::size_t>(outcome::timeout)], 1u);
  EXPECT_EQ(life.genuine[static_cast<std::size_t>(outcome::ok)], 2u);
  EXPECT_NEAR(life.seconds, 406.1, 1e-6);
}

}  // namespace
}  // namespace vendaval::monitor
