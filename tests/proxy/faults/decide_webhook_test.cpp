#include "proxy/faults/decide_webhook.hpp"

#include <gtest/gtest.h>

#include "proxy/faults/decision.hpp"
#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;
using way = webhook::way;

webhook with(way effect) {
  webhook kind;
  kind.effect = effect;
  return kind;
}

webhook_plan sent(std::vector<armed_fault> faults, std::string bank = "itau", time_point now = start) {
  ordinals counts;
  return decide_webhook({std::span(&bank, 1), "TRANSACTIONS", "new_transactions_available", 7},
                        {.faults = std::move(faults), .seed = 1}, counts, now);
}

TEST(DecideWebhook, TouchesTheBanksAndEventsOfItsScopeOnly) {
  auto const one = [](std::vector<std::string> events) {
    auto kind = with(way::drop);
    kind.events = std::move(events);
    return armed(1, kind);
  };
  EXPECT_TRUE(sent({one({})}).drop);
  EXPECT_TRUE(sent({one({"LINK", "TRANSACTIONS"})}).drop);
  EXPECT_TRUE(sent({one({"new_transactions_available"})}).drop);
  EXPECT_TRUE(sent({one({"LINK"})}).untouched());
  EXPECT_TRUE(sent({one({})}, "bb").untouched());
  EXPECT_TRUE(sent({one({})}, "unknown").untouched());
  EXPECT_TRUE(sent({armed(1, down())}).untouched()) << "faults of requests are for requests";
  path p;
  EXPECT_TRUE(p.decide({}, {.faults = {one({})}}).untouched()) << "and those of webhooks for webhooks";
}

TEST(DecideWebhook, S1_StartsNothingBeforeItIsArmedNorWhenItsLeaseIsOver) {  // S1
  auto const one = armed(1, with(way::silence));
  EXPECT_TRUE(sent({one}, "itau", start - 1ns).untouched());
  EXPECT_EQ(sent({one}, "itau", start + 1h - 1ns).hold, until_lifted);
  EXPECT_TRUE(sent({one}, "itau", start + 1h).untouched());
}

TEST(DecideWebhook, HoldsAndCopiesAddUp) {
  auto const plan = sent({armed(1, with(way::late)), armed(2, with(way::duplicate)), armed(3, with(way::duplicate)),
                          armed(4, with(way::late))});
  EXPECT_EQ(plan.hold, 180s);
  EXPECT_EQ(plan.copies, 2u);
  EXPECT_EQ(plan.fired, (std::vector<std::uint64_t>{1, 2, 3, 4}));
}

TEST(DecideWebhook, ShufflesWithinItsWindow) {
  ordinals counts;
  std::string const bank = "itau";
  armed_set const set{.faults = {armed(1, with(way::shuffle))}, .seed = 1};
  std::vector<duration> waits;
  for (int i = 0; i < 1000; ++i)
    waits.push_back(decide_webhook({std::span(&bank, 1), "", "", 1}, set, counts, start).hold);
  EXPECT_FALSE(std::ranges::is_sorted(waits));
  EXPECT_LT(*std::ranges::max_element(waits), 30s);
  EXPECT_GT(*std::ranges::max_element(waits), 29s);
}

TEST(DecideWebhook, IsMadeAgainFromWhatWasKept) {  // S21
  std::vector<armed_fault> all;
  for (auto const effect : {way::late, way::duplicate, way::shuffle, way::drop}) {
    auto& one = all.emplace_back(armed(all.size() + 1, with(effect), sometimes(50)));
    if (effect == way::drop) one.over_time = every{3};
    std::get<webhook>(one.what).events = {"TRANSACTIONS"};
  }
  armed_set const set{.faults = all, .seed = 9};
  ordinals then, again;
  plain_shapes const shapes;
  std::string const bank = "itau";
  for (std::uint64_t i = 0; i < 300; ++i) {
    decision kept;
    auto const made = decide_webhook({std::span(&bank, 1), "TRANSACTIONS", "x", i % 3}, set, then, start, &kept);
    EXPECT_EQ(kept.made, describe(made, set));
    ASSERT_EQ(decide_again(kept, set, again, shapes), kept.made);
  }
}

}  // namespace
}  // namespace vendaval::faults
