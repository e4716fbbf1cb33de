#include "controller/compress.hpp"

#include <gtest/gtest.h>

#include "tests/controller/toy_world.hpp"

namespace vendaval::controller {
namespace {

using namespace test;

assertion const& about(scenario const& s, measure what) {
  return *std::ranges::find(s.assertions, what, &assertion::what);
}

TEST(Compress, DividesWhatTheRunWaitsFor) {
  auto const s = s1(20);
  EXPECT_EQ(s.first_fault(), 9s);
  EXPECT_EQ(s.length(), 54s);
  EXPECT_EQ(s.settle, 15s);
  EXPECT_EQ(std::get<faults::square_wave>(s.phases[3].faults[0].over_time).on, 750ms);
  EXPECT_EQ(s.stops[0].window, 3s);
  EXPECT_EQ(about(s, measure::breaker_closed).limits.at_most, time_of(4500ms));
}

TEST(Compress, DividesTheFaultsOwnDelaysOnlyIfTheyAreScaled) {
  auto s = s1();
  for (auto const delays : {fault_delays::scaled, fault_delays::real}) {
    s.delays = delays;
    auto const played = compress(s, 20);
    bool const scaled = delays == fault_delays::scaled;
    auto const& blackout = std::get<faults::error>(played.phases[2].faults[0].what);
    EXPECT_EQ(blackout.after, scaled ? 60ms : 1200ms);
    EXPECT_EQ(blackout.after_p99, scaled ? 200ms : 4s);
    EXPECT_EQ(std::get<faults::latency>(played.phases[1].faults[0].what).p50, scaled ? 90ms : 1800ms);
  }
}

TEST(Compress, ADelayThatIsSetNeverBecomesNone) {
  auto s = s1();
  std::get<faults::latency>(s.phases[1].faults[0].what).p50 = 2ms;
  EXPECT_EQ(std::get<faults::latency>(compress(s, 20).phases[1].faults[0].what).p50, 1ms);
}

TEST(Compress, LeavesTheLimitsOfRealAnswersAndWhatIsCounted) {
  auto const full = s1(), s = s1(20);
  for (std::size_t i = 0; i < s.hypotheses.size(); ++i) EXPECT_EQ(s.hypotheses[i].limits, full.hypotheses[i].limits);
  EXPECT_EQ(about(s, measure::breaker_opened_after).limits.at_most, whole(7));
  EXPECT_EQ(about(s, measure::amplification).limits.at_most, ratio_of(1.3));
}

TEST(Compress, ByOneChangesNothing) { EXPECT_EQ(compress(s1(), 1).length(), s1().length()); }

TEST(Compress, AStopConditionLooksAtASecondAtLeast) { EXPECT_EQ(s1(1000).stops[0].window, 1s); }

}  // namespace
}  // namespace vendaval::controller
