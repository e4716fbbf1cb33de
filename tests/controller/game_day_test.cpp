#include "controller/game_day.hpp"

#include <gmock/gmock.h>

#include "tests/controller/toy_world.hpp"

namespace vendaval::controller {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace test;

std::vector<std::string> unmet(verdict const& v) {
  std::vector<std::string> result;
  for (auto const* checks : {&v.hypotheses, &v.assertions})
    for (auto const& c : *checks)
      if (!c.ok) result.push_back(c.name + ": " + c.sentence);
  return result;
}

check const& named(std::vector<check> const& checks, std::string_view name) {
  for (auto const& c : checks)
    if (c.name.contains(name)) return c;
  throw std::runtime_error("no check is named so: " + std::string(name));
}

TEST(GameDay, PassesWhenTheWorldBehaves) {
  play p;
  p.to_the_end();
  ASSERT_EQ(p.day.stage(), stage::done);
  EXPECT_THAT(unmet(p.result()), IsEmpty());
  EXPECT_EQ(p.result().result, ruling::passed) << p.result().reason;
  EXPECT_EQ(p.result().hypotheses.size(), 10u);  // three at three moments, one before
  EXPECT_EQ(p.result().assertions.size(), 10u);
  EXPECT_EQ(exit_code(p.result(), p.day.facts().end), 0);
  EXPECT_EQ(p.finishes, 1);
  EXPECT_EQ(p.world.armed(), 0u);
}

TEST(GameDay, BreaksTheTargetAloneAndArmsEveryFaultOfThePlanOnce) {
  play p;
  p.to_the_end();
  EXPECT_THAT(p.world.banks_broken(), ElementsAre("itau"));
  EXPECT_EQ(p.world.armings(), 6u);
  EXPECT_EQ(p.world.most_armed(), 3u);  // errors, list and webhooks of the black-out
}

TEST(GameDay, KeepsTheTimesOfThePhases) {
  play p;
  p.to_the_end();
  std::vector<std::string> names;
  for (auto const& phase : p.day.facts().phases) names.push_back(phase.name);
  EXPECT_THAT(names, ElementsAre("baseline", "brown-out", "black-out", "flapping", "recovery"));
  auto const& blackout = p.day.facts().phases[2];
  EXPECT_TRUE(blackout.faulty);
  EXPECT_EQ(blackout.began, 5min);
  EXPECT_EQ(blackout.ended, 11min);
}

TEST(GameDay, KeepsWhatBecameOfWebhooksBeforeDuringAndAfterTheFaults) {
  play p;
  p.to_the_end();
  auto const& kept = p.day.facts().webhooks.value();
  auto const& [before, during, after] = kept.target;
  EXPECT_EQ(before.held + after.held, 0u);
  EXPECT_NEAR(static_cast<double>(during.held), 360, 3) << "one a second through 6 min of black-out";
  EXPECT_EQ(during.released + after.released, during.held);
  EXPECT_GT(before.passed, 150u);
  EXPECT_GT(during.passed, 200u) << "in the brown-out and between the flaps";
  EXPECT_GT(after.passed, 200u);
  for (auto const& of_others : kept.others) {
    EXPECT_EQ(of_others.held, 0u);
    EXPECT_GT(of_others.passed, 6 * 150u);
  }
}

TEST(GameDay, WithoutAWayInForWebhooksNothingIsSaidOfThem) {
  play p({.webhooks = false});
  p.to_the_end();
  EXPECT_FALSE(p.day.facts().webhooks);
  EXPECT_EQ(p.result().result, ruling::passed) << p.result().reason;
}

TEST(GameDay, ArmsNothingBeforeTheBaselineIsOver) {
  play p;
  p.until(3min);  // the first step, one second in, began the run
  EXPECT_EQ(p.world.armings(), 0u);
  p.until(3min + 2s);
  EXPECT_EQ(p.world.armings(), 2u);
}

TEST(GameDay, FailsWhenNobodyNoticed) {
  play p({.monitor_notices = false});
  p.to_the_end();
  EXPECT_EQ(p.result().result, ruling::failed);
  EXPECT_EQ(exit_code(p.result(), p.day.facts().end), 1);
  EXPECT_THAT(named(p.result().assertions, "somebody could know").sentence,
              HasSubstr("no receiver accepted a notification"));
  EXPECT_FALSE(p.result().detection);
}

TEST(GameDay, FailsWhenTheAppGoesOnCalling) {
  play p({.breaker_works = false});
  p.to_the_end();
  EXPECT_EQ(p.result().result, ruling::failed);
  EXPECT_FALSE(named(p.result().assertions, "breaker is known").ok);
  EXPECT_EQ(named(p.result().assertions, "breaker opens").sentence,
            "the app was not seen to stop calling; at most 7 was asked");
}

TEST(GameDay, IsAnErrorAndBreaksNothingWhenItWasNotWellBefore) {
  play p({.target_fails_by_itself = 0.2});
  p.to_the_end();
  EXPECT_EQ(p.result().result, ruling::error);
  EXPECT_EQ(p.day.facts().end, ending::unhealthy_before);
  EXPECT_EQ(p.world.armings(), 0u);
  EXPECT_THAT(p.result().reason, HasSubstr("not well before the first fault, so nothing was broken"));
  EXPECT_EQ(exit_code(p.result(), p.day.facts().end), 3);
  EXPECT_LT(p.world.now() - p.before, 4min) << "there is nothing to wait for";
}

TEST(GameDay, S22_StopsAndLiftsEverythingWhenTheOthersSuffer) {
  play p({.others_fail_while_broken = 0.3});
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::stopped);
  EXPECT_EQ(exit_code(p.result(), p.day.facts().end), 4);
  EXPECT_THAT(p.result().reason, HasSubstr("the other banks suffer: success rate"));
  EXPECT_EQ(p.world.armed(), 0u);
  EXPECT_LT(p.world.now() - p.before, 4min + 10s) << "a minute of 30 % is enough";
}

TEST(GameDay, LiftsEverythingInTheVeryStepInWhichAPersonAborts) {
  play p;
  p.until(6min);
  ASSERT_EQ(p.world.armed(), 3u);
  p.world.obey(p.day.abort("ana pressed a", p.world.now()));
  EXPECT_EQ(p.world.armed(), 0u);
  p.world.obey(p.day.abort("and again", p.world.now()));
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::aborted);
  EXPECT_EQ(p.result().reason, "ana pressed a");
  EXPECT_EQ(exit_code(p.result(), p.day.facts().end), 4);
  EXPECT_EQ(p.finishes, 1);
}

TEST(GameDay, CanBeAbortedBeforeItBegins) {
  play p;
  p.day.abort("changed my mind", p.world.now());
  p.step();
  ASSERT_EQ(p.day.stage(), stage::done);
  EXPECT_EQ(p.day.facts().end, ending::aborted);
  EXPECT_EQ(p.world.armings(), 0u);
}

TEST(GameDay, IsOverWhenTheKillSwitchIsUsedAndArmsNothingAfterItsRelease) {
  play p;
  p.until(6min);
  p.world.book().kill("on-call does not like it", p.world.now());
  p.step();
  ASSERT_TRUE(p.world.book().release("a drill").has_value());
  auto const armings = p.world.armings();
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::aborted);
  EXPECT_THAT(p.result().reason, HasSubstr("on-call does not like it"));
  EXPECT_EQ(p.world.armings(), armings);
}

TEST(GameDay, DoesNotArmAgainWhatWasClearedFromOutside) {
  play p;
  p.until(6min);
  auto const armings = p.world.armings();
  p.world.book().clear_all(p.world.now());
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::aborted);
  EXPECT_THAT(p.result().reason, HasSubstr("s1-banco-fora/black-out/1 is no longer armed"));
  EXPECT_EQ(p.world.armings(), armings);
}

TEST(GameDay, S9_EndsWhenItsLeaseRanOutBecauseNobodySteppedIt) {
  play p;
  p.until(6min);
  for (int i = 0; i < 20; ++i) p.world.pass();  // a lease lasts 15 s
  EXPECT_EQ(p.world.armed(), 0u) << "the data path needs nobody to end a fault";
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::aborted);
}

TEST(GameDay, EndsWhenAWholePhaseWasMissed) {
  play p;
  p.until(1min);
  for (int i = 0; i < 5 * 60; ++i) p.world.pass();
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::aborted);
  EXPECT_THAT(p.result().reason, HasSubstr("phase brown-out was missed"));
  EXPECT_EQ(p.world.armings(), 0u);
}

TEST(GameDay, WaitsUntilEverythingIsReadyButNotForEver) {
  play p;
  auto seen = p.world.see();
  seen.not_ready = "the database is read-only";
  for (int i = 0; i < 29; ++i) p.world.pass(), p.world.obey(p.day.step(seen, p.world.now()));
  EXPECT_EQ(p.day.stage(), stage::preparing);
  for (int i = 0; i < 2; ++i) p.world.pass(), p.world.obey(p.day.step(seen, p.world.now()));
  ASSERT_EQ(p.day.stage(), stage::done);
  EXPECT_EQ(p.day.facts().end, ending::could_not_run);
  EXPECT_EQ(p.result().reason, "not ready: the database is read-only");
  EXPECT_EQ(exit_code(p.result(), p.day.facts().end), 3);
}

TEST(GameDay, CouldNotRunWhenArmingIsRefused) {
  play p;
  p.until(3min);
  for (int i = 0; i < 16; ++i) {  // the book is full
    faults::fault_template other{"other", faults::error{{"institution_down"}, {}, {}, {}}, {{"bb"}, {}, {100}}, {}};
    ASSERT_TRUE(p.world.book().arm(other, 60min, p.world.now()).has_value());
  }
  p.step([](auto all) { return all; });
  p.to_the_end();
  EXPECT_EQ(p.day.facts().end, ending::could_not_run);
  EXPECT_THAT(p.result().reason, HasSubstr("could not be armed"));
}

TEST(GameDay, CouldNotRunWhenArmingIsNeverAnswered) {
  play p;
  while (p.day.stage() != stage::done && p.world.now() - p.before < 1h)
    p.step([](auto) { return std::vector<command>{}; });
  EXPECT_EQ(p.day.facts().end, ending::could_not_run);
  EXPECT_THAT(p.result().reason, HasSubstr("was not armed within 5s"));
}

TEST(GameDay, CommandsMayBeRepeatedAndSomeOfThemLost) {
  play twice, lossy;
  auto const doubled = [](std::vector<command> all) {
    auto const once = all;
    all.insert(all.end(), once.begin(), once.end());
    return all;
  };
  int n = 0;
  auto const every_other = [&](std::vector<command> all) { return ++n % 2 ? std::vector<command>{} : all; };
  while (twice.day.stage() != stage::done) twice.step(doubled);
  while (lossy.day.stage() != stage::done) lossy.step(every_other);
  EXPECT_EQ(twice.result().result, ruling::passed) << twice.result().reason;
  EXPECT_EQ(lossy.result().result, ruling::passed) << lossy.result().reason;
  EXPECT_EQ(twice.world.armings(), 6u);
  EXPECT_EQ(lossy.world.armings(), 6u);
  EXPECT_EQ(twice.world.armed() + lossy.world.armed(), 0u);
}

TEST(GameDay, RenewsALeaseWhenHalfOfItIsGone) {
  play p;
  p.until(6min);
  for (int i = 0; i < 60; ++i) {
    p.step();
    ASSERT_EQ(p.world.armed(), 3u);
    EXPECT_GE(p.world.book().snapshot()->faults[0].expires - p.world.now(), 6s);
  }
}

TEST(GameDay, IsOverSoonerThanTheSettlingTimeWhenEverythingIsWell) {
  play p;
  p.to_the_end();
  EXPECT_LT(p.day.facts().ended, 18min + 10s);
  EXPECT_EQ(p.day.facts().end_reason, "everything is well again");
}

TEST(GameDay, PlaysTheSameRunTwentyTimesFaster) {
  play p({.factor = 20});
  p.to_the_end();
  EXPECT_THAT(unmet(p.result()), IsEmpty());
  EXPECT_LT(p.world.now() - p.before, 70s);
}

TEST(GameDay, LeavesNothingArmedHoweverAndWheneverItEnds) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    dice d(seed);
    play p({.factor = 20,
            .seed = seed,
            .breaker_works = d.chance(0.7),
            .others_fail_while_broken = d.chance(0.3) ? 0.4 : 0});
    p.until(d.upto(70s));
    if (p.day.stage() != stage::done && d.chance(0.5)) p.world.obey(p.day.abort("enough", p.world.now()));
    p.to_the_end();
    ASSERT_EQ(p.day.stage(), stage::done) << "seed " << seed;
    EXPECT_EQ(p.world.armed(), 0u) << "seed " << seed;
    EXPECT_EQ(p.finishes, 1) << "seed " << seed;
    EXPECT_THAT(p.day.step(p.world.see(), p.world.now()), IsEmpty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vendaval::controller
