// What the sandbox bank tells the app unasked.
#include "sandbox/bank/webhooks.hpp"

#include <gmock/gmock.h>

#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct BankWebhooks : BankTest {
  bank_answer answer_to(http_request const& r) { return the_bank().handle(r, now, d); }
  static json::object body_of(webhook const& one) { return json::parse(one.body).as_object(); }
  static std::string text(json::object const& body, std::string_view key) {
    return std::string(body.at(key).as_string());
  }
  /// Every refresh of the next stretch, looked for as often as that.
  std::vector<webhook> refreshes(duration whole, duration step) {
    std::vector<webhook> all;
    for (auto const end = now + whole; now < end;) {
      now += step;
      for (auto& one : the_bank().refresh(now, d)) all.push_back(std::move(one));
    }
    return all;
  }
};

TEST_F(BankWebhooks, ANewLinkIsFollowedByItsHistoryWithBelvosFields) {
  auto const made =
      answer_to(request("POST", "/api/links/", R"({"institution":"ofitau_br_retail","external_id":"customer-9"})"));
  ASSERT_EQ(made.response.status, 201u);
  auto const link = json::parse(made.response.body).as_object();
  std::vector<std::string> types;
  for (auto const& one : made.webhooks) {
    auto const body = body_of(one);
    EXPECT_EQ(one.institution, "ofitau_br_retail");
    std::vector<std::string> keys;
    for (auto const& [key, _] : body) keys.emplace_back(key);
    EXPECT_THAT(keys, ElementsAre("webhook_id", "webhook_type", "process_type", "webhook_code", "link_id", "request_id",
                                  "external_id", "data"));
    EXPECT_EQ(text(body, "webhook_id").size(), 32u);
    EXPECT_EQ(text(body, "request_id").size(), 32u);
    EXPECT_EQ(text(body, "process_type"), "historical_update");
    EXPECT_EQ(text(body, "webhook_code"), "historical_update");
    EXPECT_EQ(text(body, "link_id"), text(link, "id"));
    EXPECT_EQ(text(body, "external_id"), "customer-9");
    types.push_back(text(body, "webhook_type"));
  }
  EXPECT_THAT(types, ElementsAre("ACCOUNTS", "OWNERS", "TRANSACTIONS"));
  EXPECT_EQ(body_of(made.webhooks.at(0)).at("data").at("total_accounts").to_number<int>(), 2);
  auto const history = body_of(made.webhooks.at(2)).at("data").as_object();
  EXPECT_EQ(history.at("total_transactions").to_number<int>(), 36);
  EXPECT_EQ(history.at("total_inflow_transactions").to_number<int>() +
                history.at("total_outflow_transactions").to_number<int>(),
            36);
  EXPECT_LT(text(history, "first_transaction_date"), text(history, "last_transaction_date"));
}

TEST_F(BankWebhooks, AnAsynchronousRetrieveIsAnsweredByAWebhookUnderItsRequestId) {
  auto r = request("POST", "/api/accounts/", R"({"link":")" + link_of("bb") + R"("})");
  EXPECT_THAT(answer_to(r).webhooks, IsEmpty()) << "who waited has the answer";
  r.headers.push_back({"X-Belvo-Request-Mode", "async"});
  auto const taken = answer_to(r);
  ASSERT_EQ(taken.response.status, 202u);
  ASSERT_THAT(taken.webhooks, SizeIs(1));
  auto const body = body_of(taken.webhooks[0]);
  EXPECT_EQ(text(body, "webhook_type"), "ACCOUNTS");
  EXPECT_EQ(text(body, "request_id"), text(json::parse(taken.response.body).as_object(), "request_id"));
}

TEST_F(BankWebhooks, WhatIsRefusedCausesNone) {
  the_bank().set_status("itau", bank_status::down);
  EXPECT_THAT(answer_to(request("POST", "/api/links/", R"({"institution":"ofitau_br_retail"})")).webhooks, IsEmpty());
  EXPECT_THAT(answer_to(request("POST", "/api/links/", R"({"institution":"nowhere"})")).webhooks, IsEmpty());
}

TEST_F(BankWebhooks, EveryRecurrentLinkIsRefreshedOncePerTurnHoweverOftenOneLooks) {
  settings.refresh = 1h;
  for (auto const step : {duration(1s), duration(7min), duration(1h)}) {
    std::map<std::string, int> by_link;
    for (auto const& one : refreshes(3h, step)) {
      auto const body = body_of(one);
      EXPECT_EQ(text(body, "process_type"), "recurrent_update");
      EXPECT_EQ(text(body, "webhook_code"), "new_transactions_available");
      EXPECT_GE(body.at("data").at("new_transactions").to_number<int>(), 1);
      ++by_link[text(body, "link_id")];
    }
    EXPECT_THAT(by_link, SizeIs(7 * 4));
    // Looking every 7 min, the last look comes 2 min after the end of the third hour.
    for (auto const& [link, times] : by_link) {
      if (step == 1h) EXPECT_EQ(times, 3) << link;
      EXPECT_THAT(times, testing::AnyOf(3, 4)) << link;
    }
  }
}

TEST_F(BankWebhooks, RefreshesDoNotAllComeTogether) {
  settings.refresh = 1h;
  std::set<std::size_t> at_once;
  for (int i = 0; i < 60; ++i) at_once.insert(refreshes(1min, 1min).size());
  EXPECT_LT(*at_once.rbegin(), 10u);
}

TEST_F(BankWebhooks, ABankThatIsDownRefreshesNothingAndThenGoesOn) {
  settings.refresh = 1h;
  the_bank().set_status("itau", bank_status::down);
  auto const of_itau = [](std::vector<webhook> const& all) {
    return std::ranges::count(all, "ofitau_br_retail", &webhook::institution);
  };
  EXPECT_EQ(of_itau(refreshes(2h, 1min)), 0);
  the_bank().set_status("itau", bank_status::healthy);
  EXPECT_EQ(of_itau(refreshes(1h, 1min)), 4) << "what was missed stays so";
}

TEST_F(BankWebhooks, WithoutARefreshRateNothingComesByItself) { EXPECT_THAT(refreshes(24h, 1h), IsEmpty()); }

TEST_F(BankWebhooks, ASingleLinkAndAnInvalidOneAreNotRefreshed) {
  settings.refresh = 1h;
  settings.links_per_bank = 1;
  auto const link = link_of("itau");
  send(request("PATCH", "/api/links/" + link + "/", R"({"access_mode":"single"})"));
  EXPECT_THAT(refreshes(1h, 1min), SizeIs(6));
}

}  // namespace
}  // namespace vendaval::sandbox::test
