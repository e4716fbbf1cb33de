#include "controller/run_webhooks.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

namespace vendaval::controller {
namespace {

TEST(RunWebhooks, WhatIsNewBelongsToTheMomentInWhichItIsSeen) {
  webhook_record kept;
  webhooks_by_bank known;
  add_fresh(kept, known, {{"itau", {.passed = 3}}, {"bb", {.passed = 5}}, {"unknown", {.passed = 9}}}, moment::before,
            "itau");
  add_fresh(kept, known, {{"itau", {.passed = 3, .held = 2}}, {"bb", {.passed = 6}}, {"caixa", {.passed = 1}}},
            moment::during, "itau");
  add_fresh(kept, known, {{"itau", {.passed = 4, .held = 2, .released = 2}}, {"bb", {.passed = 6}}}, moment::after,
            "itau");
  EXPECT_THAT(kept.target, testing::ElementsAre(webhook_counts{.passed = 3}, webhook_counts{.held = 2},
                                                webhook_counts{.passed = 1, .released = 2}));
  EXPECT_THAT(kept.others,
              testing::ElementsAre(webhook_counts{.passed = 5}, webhook_counts{.passed = 2}, webhook_counts{}));
}

TEST(RunWebhooks, AreReadBackAsTheyWereWrittenAndNoneIsNull) {
  webhook_record kept;
  kept.target = {webhook_counts{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}, {11, 12, 13, 14, 15}};
  kept.others[2].refused = 16;
  EXPECT_EQ(read_webhooks(write_webhooks(kept)), kept);
  EXPECT_TRUE(write_webhooks(std::nullopt).is_null());
  EXPECT_FALSE(read_webhooks(nullptr));
  EXPECT_ANY_THROW(read_webhooks(boost::json::object{{"target", nullptr}}));
}

}  // namespace
}  // namespace vendaval::controller
