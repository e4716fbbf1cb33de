#include "proxy/toxics/chain.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vendaval::toxics {
namespace {

using testing::ElementsAre;

/// One direction of one connection; time moves by hand.
struct ToxiproxyChain : testing::Test {
  chain way{direction::downstream, {.seed = 1, .proxy = 2, .connection = 3}, false};
  toxic_list hung;
  time_point now{1h};
  std::uint64_t last_id = 0;

  toxic& hang(attributes what, double toxicity = 1) {
    auto& t = hung.emplace_back();
    t.id = ++last_id;
    t.name = fmt::format("{}-{}", type_of(what), t.id);
    t.what = what;
    t.toxicity = toxicity;
    way.tune(hung, now);
    return t;
  }
  void changed(toxic& t) {
    ++t.revision;
    way.tune(hung, now);
  }
  void remove_all() {
    hung.clear();
    way.tune(hung, now);
  }
  void give(std::string bytes) { way.give(std::move(bytes), 0, now); }

  /// Everything that leaves in the time to come, as "bytes@ms" from now on.
  std::vector<std::string> leaves_within(duration time) {
    static constexpr std::string_view names[]{"", "fin", "close", "reset"};
    std::vector<std::string> all;
    auto const start = now, until = now + time;
    for (;;) {
      while (auto const p = way.take(now)) {
        auto const at = std::chrono::duration_cast<std::chrono::milliseconds>(now - start).count();
        all.push_back(fmt::format("{}{}@{}", p->bytes, names[static_cast<int>(p->end)], at));
      }
      auto const next = way.due();
      if (next > until) break;
      now = std::max(now, next);
    }
    now = until;
    return all;
  }
};

TEST_F(ToxiproxyChain, WithoutToxicsEverythingPassesAtOnce) {
  give("abc");
  way.give_end(now);
  EXPECT_THAT(leaves_within(0ms), ElementsAre("abc@0", "fin@0"));
  EXPECT_EQ(way.due(), time_point::max());
}

TEST_F(ToxiproxyChain, LatencyHoldsAChunkUntilItsTimeHasPassedAndNotLonger) {
  hang(latency_toxic{.latency = 100});
  give("a");
  EXPECT_EQ(way.due(), now + 100ms);
  now += 99ms;
  EXPECT_FALSE(way.take(now));
  now += 1ms;
  EXPECT_TRUE(way.take(now));
}

TEST_F(ToxiproxyChain, LatencyIsPipelinedSoThroughputStays) {
  hang(latency_toxic{.latency = 100});
  give("a");
  now += 5ms;
  give("b");
  way.give_end(now);
  EXPECT_THAT(leaves_within(1s), ElementsAre("a@95", "b@100", "fin@100"));
}

TEST_F(ToxiproxyChain, TwoLatenciesAddUpHoweverLateSomebodyLooks) {
  hang(latency_toxic{.latency = 50});
  hang(latency_toxic{.latency = 70});
  give("a");
  now += 110ms;  // the first is long over, and nobody has looked
  EXPECT_FALSE(way.take(now));
  EXPECT_EQ(way.due(), now + 10ms);
}

TEST_F(ToxiproxyChain, JitterStaysInItsBoundsAndKeepsTheOrder) {
  hang(latency_toxic{.latency = 10, .jitter = 50});
  for (int i = 0; i < 200; ++i) give(fmt::format("{},", i));
  time_point last = now;
  for (int i = 0; i < 200; ++i) {
    last = std::max(way.due(), last);
    ASSERT_LE(last, now + 60ms);
    ASSERT_EQ(way.take(last)->bytes, fmt::format("{},", i));
  }
}

TEST_F(ToxiproxyChain, BandwidthCountsThousandsOfBytesASecondAndSlicesLargeChunks) {
  hang(bandwidth_toxic{.rate = 10});
  give(std::string(1500, 'x'));
  auto const slice = std::string(1000, 'x'), rest = std::string(500, 'x');
  EXPECT_THAT(leaves_within(1s), ElementsAre(slice + "@100", rest + "@150"));
}

TEST_F(ToxiproxyChain, BandwidthOfNothingStallsAndCanBeTakenAway) {
  hang(bandwidth_toxic{});
  give("a");
  EXPECT_THAT(leaves_within(1h), ElementsAre());
  remove_all();
  EXPECT_THAT(leaves_within(0ms), ElementsAre("a@0"));
}

TEST_F(ToxiproxyChain, SlowCloseHoldsTheEndAlone) {
  hang(slow_close_toxic{.delay = 600});
  give("a");
  way.give_end(now);
  EXPECT_THAT(leaves_within(1s), ElementsAre("a@0", "fin@600"));
}

// In Toxiproxy a byte every 100 ms keeps a timeout of 500 ms from ever firing.
TEST_F(ToxiproxyChain, TrafficDoesNotRestartATimeout) {
  hang(timeout_toxic{.timeout = 500});
  std::vector<std::string> left;
  for (int i = 0; i < 10 && left.empty(); ++i) {
    give("drop");
    left = leaves_within(100ms);
  }
  EXPECT_THAT(left, ElementsAre("close@100"));
  EXPECT_EQ(now, time_point{1h} + 500ms);
}

TEST_F(ToxiproxyChain, TimeoutOfZeroNeverClosesAndTakingItAwayDoes) {
  hang(timeout_toxic{});
  give("dropped");
  EXPECT_THAT(leaves_within(20h), ElementsAre());
  remove_all();
  EXPECT_THAT(leaves_within(0ms), ElementsAre("close@0"));
}

TEST_F(ToxiproxyChain, AnEndPassesATimeout) {
  hang(timeout_toxic{.timeout = 500});
  way.give_end(now);
  EXPECT_THAT(leaves_within(1s), ElementsAre("fin@0"));
}

TEST_F(ToxiproxyChain, ResetPeerWaitsForTheFirstChunkAndThenItsTime) {
  hang(reset_peer_toxic{.timeout = 300});
  EXPECT_THAT(leaves_within(10s), ElementsAre()) << "an idle connection is left alone";
  give("a");
  EXPECT_THAT(leaves_within(1s), ElementsAre("reset@300"));
}

TEST_F(ToxiproxyChain, AResetThatIsTakenAwayInTimeHasLostNothing) {
  hang(reset_peer_toxic{.timeout = 300});
  give("a");
  EXPECT_THAT(leaves_within(299ms), ElementsAre());
  remove_all();
  EXPECT_THAT(leaves_within(10s), ElementsAre("a@0"));
}

TEST_F(ToxiproxyChain, SlicerLosesNoByteAndKeepsItsSizes) {
  hang(slicer_toxic{.average_size = 100, .size_variation = 50, .delay = 5000});
  std::string sent, got;
  for (int i = 0; i < 3000; ++i) sent += static_cast<char>('a' + i % 26);
  give(sent);
  auto due = now;
  int pieces = 0;
  for (; way.due() != time_point::max(); ++pieces, due += 5ms) {
    ASSERT_EQ(std::max(way.due(), now), due);
    auto const p = way.take(due);
    ASSERT_TRUE(p);
    EXPECT_LE(p->bytes.size(), 150u);
    got += p->bytes;
  }
  EXPECT_EQ(got, sent);
  EXPECT_GE(pieces, 20);
}

TEST_F(ToxiproxyChain, ASlicerOfNothingEndsAllTheSame) {
  hang(slicer_toxic{});
  give("abc");
  EXPECT_THAT(leaves_within(0ms), ElementsAre("a@0", "b@0", "c@0"));
}

TEST_F(ToxiproxyChain, LimitDataForwardsExactlySoManyBytesAndCloses) {
  hang(limit_data_toxic{.bytes = 5});
  give("abc");
  give("defg");
  EXPECT_THAT(leaves_within(0ms), ElementsAre("abc@0", "de@0", "close@0"));
  EXPECT_FALSE(way.wants_more());
}

TEST_F(ToxiproxyChain, TheCountOfLimitDataSurvivesAnUpdate) {
  auto& t = hang(limit_data_toxic{.bytes = 5});
  give("abc");
  t.what = limit_data_toxic{.bytes = 4};
  changed(t);
  give("def");
  EXPECT_THAT(leaves_within(0ms), ElementsAre("abc@0", "d@0", "close@0"));
}

// In Toxiproxy an end does not get past packet_loss.
TEST_F(ToxiproxyChain, AnEndGetsPastPacketLoss) {
  hang(packet_loss_toxic{.loss_rate = 1});
  give("lost");
  way.give_end(now);
  EXPECT_THAT(leaves_within(0ms), ElementsAre("fin@0"));
}

TEST_F(ToxiproxyChain, PacketLossLosesAboutItsShare) {
  hang(packet_loss_toxic{.loss_rate = 0.3, .correlation = 0});
  for (int i = 0; i < 2000; ++i) give("x");
  EXPECT_NEAR(static_cast<double>(leaves_within(0ms).size()), 1400, 100);
}

TEST_F(ToxiproxyChain, AnUpdateLooksAtWhatIsHeldFromWhenItArrived) {
  auto& t = hang(latency_toxic{.latency = 1000});
  give("a");
  now += 100ms;
  t.what = latency_toxic{.latency = 150};
  changed(t);
  EXPECT_THAT(leaves_within(1s), ElementsAre("a@50"));
}

TEST_F(ToxiproxyChain, WhatAToxicLetsGoMeetsThoseBehindIt) {
  hang(latency_toxic{.latency = 1000});
  hang(latency_toxic{.latency = 70});
  give("a");
  now += 10ms;
  hung.erase(hung.begin());
  way.tune(hung, now);
  EXPECT_THAT(leaves_within(1s), ElementsAre("a@70"));
}

TEST_F(ToxiproxyChain, ALeaseThatEndsFreesWhatIsHeldWithoutBeingTold) {
  auto& t = hang(latency_toxic{.latency = 60'000});
  t.expires = now + 5s;
  changed(t);
  give("a");
  EXPECT_EQ(way.due(), now + 5s);
  EXPECT_THAT(leaves_within(10s), ElementsAre("a@5000"));
}

// Toxiproxy's issue 603: with toxicity 0, reset_peer resets all the same.
TEST_F(ToxiproxyChain, AToxicThatMissesTouchesNothing) {
  for (auto const& what : std::vector<attributes>{reset_peer_toxic{}, timeout_toxic{.timeout = 1}, limit_data_toxic{},
                                                  bandwidth_toxic{}, packet_loss_toxic{.loss_rate = 1}}) {
    way = chain(direction::downstream, {}, false);
    hung.clear();
    hang(what, 0);
    give("a");
    way.give_end(now);
    EXPECT_THAT(leaves_within(10s), ElementsAre("a@0", "fin@0")) << type_of(what);
  }
}

/// Which of 200 connections a toxic of that name touches.
std::vector<bool> touched(std::uint64_t seed, double toxicity, std::vector<std::string> const& neighbours = {}) {
  std::vector<bool> result;
  for (std::uint64_t connection = 1; connection <= 200; ++connection) {
    chain way(direction::downstream, {.seed = seed, .proxy = 9, .connection = connection}, false);
    toxic_list hung;
    for (auto const& name : neighbours) hung.push_back({.id = hung.size() + 10, .name = name, .what = noop_toxic{}});
    hung.push_back({.id = 1, .name = "mine", .what = latency_toxic{.latency = 100}, .toxicity = toxicity});
    time_point const now{1h};
    way.tune(hung, now);
    way.give("a", 0, now);
    result.push_back(!way.take(now));
  }
  return result;
}

// Toxiproxy takes a -seed and throws it away.
TEST(ToxiproxySeed, TheSameSeedMeetsTheSameConnections) {
  auto const once = touched(7, 0.5);
  EXPECT_EQ(touched(7, 0.5), once);
  EXPECT_NE(touched(8, 0.5), once);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(once, true)), 100, 25);
}

// Toxiproxy throws again whenever a neighbour comes or goes.
TEST(ToxiproxySeed, ANeighbourChangesNothing) { EXPECT_EQ(touched(7, 0.5, {"other"}), touched(7, 0.5)); }

TEST(ToxiproxySeed, ALargerToxicityTouchesWhatTheSmallerOneTouched) {
  auto const few = touched(7, 0.2), many = touched(7, 0.6);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_TRUE(!few[i] || many[i]);
}

TEST(ToxiproxyPerRequest, ToxicityIsThrownForEachRequestOfOneConnection) {
  chain way(direction::downstream, {.seed = 1, .proxy = 2, .connection = 3}, true);
  time_point now{1h};
  way.tune({{.id = 1, .name = "slow", .what = latency_toxic{.latency = 10}, .toxicity = 0.5}}, now);
  int slow = 0;
  for (std::uint64_t unit = 1; unit <= 400; ++unit) {
    way.give("answer", unit, now);
    bool const held = !way.take(now);
    now += 10ms;
    ASSERT_EQ(way.take(now).has_value(), held);
    slow += held;
  }
  EXPECT_NEAR(slow, 200, 50);
}

TEST(ToxiproxyPerRequest, ATimeoutCountsFromTheRequestItTouches) {
  chain way(direction::downstream, {}, true);
  time_point now{1h};
  way.tune({{.id = 1, .name = "late", .what = timeout_toxic{.timeout = 500}}}, now);
  EXPECT_EQ(way.due(), time_point::max()) << "no request yet";
  now += 1min;
  way.give("answer", 1, now);
  EXPECT_EQ(way.due(), now + 500ms);
}

TEST_F(ToxiproxyChain, TheSenderWaitsWhenTooMuchIsHeld) {
  hang(latency_toxic{.latency = 1000});
  std::string const chunk(64 * 1024, 'x');
  std::size_t given = 0;
  for (; way.wants_more(); given += chunk.size()) give(chunk);
  EXPECT_LE(given, chain::most_held);
  EXPECT_GE(given, chain::most_held - 2 * chunk.size());
  now += 1s;
  ASSERT_TRUE(way.take(now));
  EXPECT_TRUE(way.wants_more());
}

// Toxics that only delay and cut: however they come, change and go, the bytes that come out are those that went in.
TEST_F(ToxiproxyChain, NotAByteIsLostOrMovedHoweverToxicsComeAndGo) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    dice roll(seed);
    way = chain(direction::downstream, {.seed = seed}, seed % 2 == 0);
    hung.clear();
    std::string sent, got;
    for (int step = 0; step < 60; ++step) {
      std::vector<attributes> const kinds{
          noop_toxic{},
          latency_toxic{.latency = 30, .jitter = static_cast<std::int64_t>(roll.below(60))},
          bandwidth_toxic{.rate = static_cast<std::int64_t>(roll.below(3))},
          slow_close_toxic{.delay = 5},
          slicer_toxic{.average_size = 5, .size_variation = 4, .delay = 900},
          reset_peer_toxic{.timeout = 60'000}};
      auto const& what = kinds[roll.below(kinds.size())];
      switch (roll.below(4)) {
        case 0: hang(what, roll.unit()); break;
        case 1:
          if (!hung.empty()) hung.erase(hung.begin() + static_cast<std::ptrdiff_t>(roll.below(hung.size())));
          way.tune(hung, now);
          break;
        case 2:
          if (hung.empty()) break;
          hung[roll.below(hung.size())].toxicity = roll.unit();
          ++hung[roll.below(hung.size())].revision;
          way.tune(hung, now);
          break;
        default: {
          auto const bytes = std::to_string(roll.bits());
          way.give(bytes, roll.below(5), now);
          sent += bytes;
        }
      }
      now += roll.upto(20ms);
      while (auto const p = way.take(now)) got += p->bytes;
    }
    way.give_end(now);
    remove_all();
    bool ended = false;
    while (auto const p = way.take(now)) {
      got += p->bytes;
      ended = p->end == piece::ending::fin;
    }
    ASSERT_EQ(got, sent) << "seed " << seed;
    ASSERT_TRUE(ended) << "seed " << seed;
  }
}

TEST_F(ToxiproxyChain, SmallPiecesCostMoreThanTheirBytes) {
  hang(slicer_toxic{.average_size = 1, .delay = 1'000'000});
  std::size_t given = 0;
  for (; way.wants_more(); given += 1000) give(std::string(1000, 'x'));
  EXPECT_LE(given, chain::most_held / piece::cost + 1000);
}

TEST_F(ToxiproxyChain, FiguresBeyondAllBoundsAreTakenForVeryLong) {
  auto const most = INT64_MAX;
  for (auto const& what :
       std::vector<attributes>{latency_toxic{.latency = most, .jitter = most}, bandwidth_toxic{.rate = most},
                               slow_close_toxic{.delay = most}, timeout_toxic{.timeout = most},
                               reset_peer_toxic{.timeout = most}, limit_data_toxic{.bytes = most},
                               slicer_toxic{.average_size = most, .size_variation = most, .delay = most}}) {
    way = chain(direction::downstream, {}, false);
    hung.clear();
    hang(what);
    give("a");
    way.give_end(now);
    EXPECT_THAT(leaves_within(1s), testing::Each(testing::AnyOf("a@0", "fin@0"))) << type_of(what);
  }
}

}  // namespace
}  // namespace vendaval::toxics
