#include "controller/journal.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "tests/controller/toy_world.hpp"

namespace vendaval::controller {
namespace {

using testing::HasSubstr;
using namespace test;
namespace json = boost::json;

journal play_one(temper t) {
  play p(t);
  p.to_the_end();
  return {p.day.facts(), p.result()};
}

journal through_text(journal const& j) {
  auto read = from_json(json::parse(json::serialize(to_json(j))));
  if (!read) throw std::runtime_error(read.error());
  return *read;
}

TEST(Journal, EveryVerdictCanBeComputedAgainFromTheTextAlone) {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    dice d(seed);
    auto const j = play_one({.factor = 20,
                             .seed = seed,
                             .monitor_notices = d.chance(0.7),
                             .breaker_works = d.chance(0.7),
                             .target_fails_by_itself = d.chance(0.2) ? 0.1 : 0.002,
                             .others_fail_while_broken = d.chance(0.3) ? 0.05 * d.unit() : 0});
    auto const again = recompute(through_text(j));
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(*again, j.stored) << "seed " << seed << ": " << j.stored.reason << "\nagain: " << again->reason;
  }
}

TEST(Journal, GivesBackExactlyWhatWasKept) {
  auto j = play_one({.factor = 20});
  j.facts.writes = {3, 1};
  auto const back = through_text(j);
  EXPECT_EQ(back.facts.run, j.facts.run);
  EXPECT_EQ(back.facts.phases, j.facts.phases);
  EXPECT_EQ(back.facts.events, j.facts.events);
  EXPECT_EQ(back.facts.traffic, j.facts.traffic);
  EXPECT_EQ(back.facts.instants.at, j.facts.instants.at);
  EXPECT_EQ(back.facts.breaker, j.facts.breaker);
  EXPECT_EQ(back.facts.notices, j.facts.notices);
  EXPECT_EQ(back.facts.writes, j.facts.writes);
  EXPECT_TRUE(j.facts.webhooks);
  EXPECT_EQ(back.facts.webhooks, j.facts.webhooks);
  EXPECT_EQ(back.facts.ended, j.facts.ended);
  EXPECT_EQ(back.stored, j.stored);
  EXPECT_FALSE(j.facts.traffic.empty());
}

TEST(Journal, ASeedOf64BitsSurvives) {
  auto j = play_one({.factor = 20});
  j.facts.run.seed = 0xfedc'ba98'7654'3211u;
  EXPECT_EQ(through_text(j).facts.run.seed, 0xfedc'ba98'7654'3211u);
}

TEST(Journal, InstantsAreWrittenFromTheStartAndOnTheCalendar) {
  auto const j = to_json(play_one({.factor = 20}));
  auto const& armed = j.at("instants").as_array().at(0);
  EXPECT_EQ(armed.at("mark").as_string(), "armed");
  auto const ms = armed.at("ms").to_number<std::int64_t>();
  EXPECT_GE(ms, 9000);  // the baseline of 3 min, 20 times faster
  EXPECT_LT(ms, 9500);
  EXPECT_EQ(std::string_view(armed.at("at").as_string()),
            iso8601(wall_time(std::chrono::milliseconds(1'768'843'865'120 + ms))));
}

TEST(Journal, AChangedFigureChangesTheVerdict) {
  auto j = through_text(play_one({.factor = 20}));
  ASSERT_EQ(j.stored.result, ruling::passed);
  for (auto& slot : j.facts.traffic)
    if (slot.counts.institution == "bb") std::swap(slot.counts.good, slot.counts.bad);
  auto const again = recompute(j);
  ASSERT_TRUE(again);
  EXPECT_NE(*again, j.stored);
}

TEST(Journal, AChangedScenarioIsRefused) {
  auto value = to_json(play_one({.factor = 20}));
  auto& text = value.at("run").at("scenario").at("text").as_string();
  text.append("\n# harmless?\n");
  auto const read = from_json(value);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(), HasSubstr("the scenario's text is not the one that was played"));
}

TEST(Journal, HalfOfOneIsRefusedWithASentence) {
  auto const good = to_json(play_one({.factor = 20}));
  for (auto const& [key, _] : good.as_object()) {
    if (key == "writes" || key == "webhooks") continue;  // journals of earlier versions know nothing of them
    auto half = good.as_object();
    half.erase(key);
    EXPECT_FALSE(from_json(half)) << "without " << key;
  }
  EXPECT_THAT(from_json(json::value("no")).error(), HasSubstr("not a whole journal"));
  auto newer = good.as_object();
  newer["format"] = "vendaval-journal-9";
  EXPECT_THAT(from_json(newer).error(), HasSubstr("this version reads \"vendaval-journal-2\""));
}

TEST(Journal, OneOfAnEarlierVersionCountsNoLostWrites) {
  auto j = play_one({.factor = 20});
  j.facts.writes = {3, 1};
  auto earlier = to_json(j).as_object();
  earlier.erase("writes");
  EXPECT_EQ(from_json(earlier).value().facts.writes, monitor::write_counts{});
}

TEST(Journal, NoWayInForWebhooksIsNotTheSameAsNoWebhooks) {
  auto j = play_one({.factor = 20, .webhooks = false});
  EXPECT_FALSE(through_text(j).facts.webhooks);
  j.facts.webhooks.emplace();
  EXPECT_EQ(through_text(j).facts.webhooks, webhook_record{});
}

TEST(Journal, OneThatBreaksOffInTheMiddleIsAnError) {
  play p({.factor = 20});
  p.until(20s);
  journal const j{p.day.facts(), judge(p.day.played(), p.day.facts())};
  auto const back = through_text(j);
  EXPECT_EQ(back.facts.end, ending::interrupted);
  EXPECT_EQ(back.stored.result, ruling::error);
  EXPECT_EQ(back.stored.reason, "the run did not come to its end");
  EXPECT_EQ(recompute(back), j.stored);
}

}  // namespace
}  // namespace vendaval::controller
