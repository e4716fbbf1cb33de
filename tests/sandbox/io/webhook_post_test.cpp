// The bank's webhooks over real sockets.
#include "sandbox/io/webhook_post.hpp"

#include <boost/json.hpp>

#include "sandbox/io/receiver.hpp"
#include "tests/sandbox/io/sandbox_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

struct WebhookPost : SandboxIo {
  std::unique_ptr<bank_server> open_bank_telling() {
    auto bank = std::make_unique<bank_server>(
        settings, mission_institutions(), listen_address{"127.0.0.1", 0}, leaf,
        webhook_post::destination{"https://127.0.0.1:" + std::to_string(app.port()) + "/hooks", ca.certificate});
    bank->start();
    return bank;
  }
  void make_link(bank_server const& bank) {
    auto r = request_to(bank.port(), "/api/links/");
    r.method = "POST";
    r.headers = {{"Content-Type", "application/json"}};
    r.body = R"({"institution":"ofitau_br_retail"})";
    ASSERT_EQ(client.call(r).status, 201u);
  }

  inbox<received_message> heard;
  receiver app{{"127.0.0.1", 0}, leaf, [this](received_message const& m) { heard.put(m); }};
};

TEST_F(WebhookPost, TheAppHearsOfANewLink) {
  app.start();
  auto const bank = open_bank_telling();
  make_link(*bank);
  for (int i = 0; i < 3; ++i) {
    auto const message = heard.next();
    EXPECT_EQ(message.path, "/hooks");
    EXPECT_EQ(boost::json::parse(message.body).at("webhook_code").as_string(), "historical_update");
  }
  EXPECT_TRUE(eventually([&] { return bank->counters().webhooks.taken == 3; }));
}

TEST_F(WebhookPost, LinksAreRefreshedByThemselves) {
  settings.refresh = 1s;
  settings.links_per_bank = 1;
  app.start();
  auto const bank = open_bank_telling();
  std::set<std::string> links;
  while (links.size() < 7) links.insert(std::string(boost::json::parse(heard.next().body).at("link_id").as_string()));
}

TEST_F(WebhookPost, WhatTheAppWouldNotHaveIsSentAgain) {
  app.misbehave(503, 3);
  app.start();
  auto const bank = open_bank_telling();
  make_link(*bank);
  EXPECT_TRUE(eventually([&] { return bank->counters().webhooks.taken == 3; }));
  EXPECT_EQ(app.messages().size(), 6u);
  EXPECT_EQ(bank->counters().webhooks.given_up, 0u);
}

TEST_F(WebhookPost, AnAppThatIsGoneHoldsUpNobodyAndTheBankStopsAllTheSame) {
  app.start();
  auto const bank = open_bank_telling();
  app.stop();
  for (int i = 0; i < 20; ++i) make_link(*bank);
  bank->stop();
  EXPECT_EQ(bank->counters().webhooks.given_up, 60u);
}

}  // namespace
}  // namespace vendaval::sandbox::test
