// Webhooks on their way from the API to the app, over real sockets.
#include "proxy/io/webhook_relay.hpp"

#include <gmock/gmock.h>

#include "base/io/certificates.hpp"
#include "base/io/outbound.hpp"
#include "proxy/dialects/table.hpp"
#include "proxy/faults/decision.hpp"
#include "tests/proxy/io/wire.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using way = faults::webhook::way;

/// A data path that nobody uses.
struct no_path final : link {
  void publish(std::shared_ptr<faults::armed_set const>) override {}
  std::vector<exchange> drain() override { return {}; }
  std::vector<flight> flights() override { return {}; }
  path_counts counts() const override { return {}; }
};

std::string event(std::string const& id, std::string const& link = "link-of-itau",
                  std::string const& type = "TRANSACTIONS") {
  return R"({"webhook_id":")" + id + R"(","webhook_type":")" + type + R"(","webhook_code":"new","link_id":")" + link +
         R"("})";
}

class WebhookRelay : public testing::Test {
 protected:
  WebhookRelay() {
    settings.listen = {"127.0.0.1", 0};
    settings.app = "http://127.0.0.1:" + std::to_string(app.port());
    settings.make_dialect = [] {
      dialects::dialect_settings belvo;
      belvo.links = {{"link-of-itau", "itau"}, {"link-of-bb", "bb"}};
      return dialects::make_dialect("belvo", belvo);
    };
  }
  void start() {
    relay = std::make_unique<webhook_relay>(settings, path);
    relay->start();
  }
  void arm(faults::webhook kind, duration lease = 60s) {
    auto set = std::make_shared<faults::armed_set>();
    set->epoch = ++epoch;
    auto& one = set->faults.emplace_back();
    one.id = epoch;
    one.label = "drill/1";
    one.what = std::move(kind);
    one.where.institutions = {"itau"};
    one.armed = std::chrono::steady_clock::now();
    one.expires = one.armed + lease;
    relay->publish(set);
  }
  void lift() {
    auto set = std::make_shared<faults::armed_set>();
    set->epoch = ++epoch;
    relay->publish(set);
  }
  static faults::webhook with(way effect) {
    faults::webhook kind;
    kind.effect = effect;
    return kind;
  }
  outbound_result send(std::string body) {
    outbound_request request;
    request.method = "POST";
    request.url = "http://127.0.0.1:" + std::to_string(relay->port()) + "/hooks/belvo?v=1";
    request.headers = {{"Authorization", "Bearer app-secret"}, {"Content-Type", "application/json"}};
    request.body = std::move(body);
    return calls.call(std::move(request));
  }
  webhook_counts count(std::string const& bank) { return relay->counts().webhooks.value()[bank]; }
  /// Ids of what the app has heard, when it is this much or ten seconds have passed.
  std::vector<std::string> heard(std::size_t count) {
    auto const give_up = std::chrono::steady_clock::now() + 10s;
    while (app.asked().size() < count && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(1ms);
    std::vector<std::string> ids;
    for (auto const& one : app.asked()) ids.push_back(one.body.substr(15, 1));
    return ids;
  }

  outbound calls;
  no_path path;
  bank app{std::nullopt, [](wire& to, message) { to.say(answer("\"thanks\"", "application/json", 202)); }};
  webhook_settings settings;
  std::unique_ptr<webhook_relay> relay;
  std::uint64_t epoch = 0;
};

TEST_F(WebhookRelay, PassesOnWhatItIsGivenAndGivesBackTheAppsOwnAnswer) {
  start();
  auto const seen = send(event("1"));
  EXPECT_EQ(seen.status, 202u);
  EXPECT_EQ(seen.body, "\"thanks\"");
  ASSERT_EQ(app.asked().size(), 1u);
  auto const got = app.asked()[0];
  EXPECT_EQ(got.first_line(), "POST /hooks/belvo?v=1 HTTP/1.1");
  EXPECT_EQ(got.header("Authorization"), "Bearer app-secret");
  EXPECT_EQ(got.body, event("1"));
  EXPECT_THAT(relay->drain(), IsEmpty());
}

TEST_F(WebhookRelay, ADroppedOneIsTakenAndNeverHeardOf) {
  start();
  auto kind = with(way::drop);
  kind.events = {"TRANSACTIONS"};
  arm(kind);
  EXPECT_EQ(send(event("1")).status, 200u);
  EXPECT_EQ(send(event("2", "link-of-bb")).status, 202u);
  EXPECT_EQ(send(event("3", "link-nobody-knows")).status, 202u);
  EXPECT_EQ(send(event("4", "link-of-itau", "LINK")).status, 202u);
  EXPECT_EQ(send("no JSON").status, 202u);
  EXPECT_EQ(app.asked().size(), 4u);
  auto const all = relay->drain();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].injected);
  EXPECT_EQ(all[0].institution, "global");
  EXPECT_EQ(all[0].counts, weight::neither);
  EXPECT_THAT(all[0].decided->made, HasSubstr("dropped; by drill/1"));
}

TEST_F(WebhookRelay, ADuplicatedOneIsHeardSoManyTimesMore) {
  start();
  auto kind = with(way::duplicate);
  kind.copies = 2;
  arm(kind);
  EXPECT_EQ(send(event("1")).status, 202u);
  EXPECT_EQ(heard(3), (std::vector<std::string>{"1", "1", "1"}));
}

TEST_F(WebhookRelay, ALateOneIsTakenAtOnceAndHeardAfterItsDelay) {
  start();
  auto kind = with(way::late);
  kind.delay = 300ms;
  arm(kind);
  auto const began = std::chrono::steady_clock::now();
  EXPECT_EQ(send(event("1")).status, 200u);
  EXPECT_EQ(heard(1), std::vector<std::string>{"1"});
  EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
}

TEST_F(WebhookRelay, S2_WhatIsHeldGoesOutWhenTheSwitchIsPulledOrTheLeaseEnds) {
  start();
  arm(with(way::silence));
  for (auto const* id : {"1", "2", "3"}) send(event(id));
  EXPECT_THAT(heard(0), IsEmpty());
  lift();
  EXPECT_THAT(heard(3), testing::UnorderedElementsAre("1", "2", "3"));
  auto slow = with(way::late);
  slow.delay = 10min;
  arm(slow, 300ms);
  send(event("4"));
  EXPECT_EQ(heard(4).back(), "4");
  EXPECT_EQ(send(event("5")).status, 202u) << "and nothing starts after its end";
}

TEST_F(WebhookRelay, AtTheEndWhatIsHeldIsNotLost) {
  start();
  arm(with(way::silence));
  send(event("1"));
  relay->stop();
  EXPECT_EQ(heard(1), std::vector<std::string>{"1"});
}

TEST_F(WebhookRelay, WhatDoesNotFitIsPassedOnAndCounted) {  // S24
  settings.most_held = 1;
  start();
  arm(with(way::silence));
  EXPECT_EQ(send(event("1")).status, 200u);
  EXPECT_EQ(send(event("2")).status, 202u);
  EXPECT_EQ(relay->counts().pass_through, 1u);
}

TEST_F(WebhookRelay, CountsByBankWhatBecameOfEachAlsoWithoutAnyFault) {
  start();
  EXPECT_TRUE(relay->counts().webhooks) << "an empty count is not the same as no way in";
  send(event("1"));
  send(event("2", "link-of-bb"));
  send("no JSON at all, but some text");
  arm(with(way::silence));
  send(event("3"));
  send(event("4", "link-of-bb"));
  lift();
  heard(5);
  arm(with(way::drop));
  send(event("5"));
  EXPECT_EQ(count("itau"), (webhook_counts{1, 1, 1, 1, 0}));
  EXPECT_EQ(count("bb"), (webhook_counts{2, 0, 0, 0, 0}));
  EXPECT_EQ(count("unknown"), (webhook_counts{1, 0, 0, 0, 0}));
}

TEST_F(WebhookRelay, CountsWhatTheAppWouldNotHave) {
  settings.app = "http://127.0.0.1:1";
  start();
  EXPECT_EQ(send(event("1")).status, 502u);
  EXPECT_EQ(count("itau"), (webhook_counts{0, 0, 0, 0, 1}));
}

/// The same over TLS, with certificates that can be renewed.
class WebhookRelayTls : public WebhookRelay {
 protected:
  WebhookRelayTls() {
    ca = ensure_local_ca(folder.path());
    settings.tls = ensure_leaf(ca, folder.path(), "old", {"old.test"});
    start();
  }
  std::unique_ptr<wire> connect(std::string const& name) {
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), relay->port()});
    auto one = std::make_unique<wire>(std::move(socket));
    one->connect_tls(ca.certificate, name);
    return one;
  }
  std::string tell(wire& over, std::string const& body) {
    over.say("POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return hear_message(over).first_line();
  }

  temporary_folder folder;
  asio::io_context io;
  local_ca ca;
};

TEST_F(WebhookRelayTls, AReloadShowsTheNewCertificateToNewcomersAndClosesNothing) {
  auto const old = connect("old.test");
  EXPECT_EQ(tell(*old, event("1")), "HTTP/1.1 202 Accepted");
  arm(with(way::silence));
  tell(*old, event("2"));
  relay->reload({ensure_leaf(ca, folder.path(), "new", {"new.test"}), {}});
  lift();  // waits until the thread has taken it, and the reload before it
  EXPECT_EQ(tell(*connect("new.test"), event("3")), "HTTP/1.1 202 Accepted");
  EXPECT_THROW(connect("old.test"), std::exception);
  EXPECT_EQ(tell(*old, event("4")), "HTTP/1.1 202 Accepted");
  EXPECT_THAT(heard(4), testing::UnorderedElementsAre("1", "2", "3", "4")) << "what was held is not lost";
}

TEST_F(WebhookRelayTls, AReloadThatCannotBeTakenOverChangesNothing) {
  auto const good = settings.tls;
  for (auto const& wrong :
       {webhook_relay::terms{std::nullopt, {}}, webhook_relay::terms{tls_identity{"/nowhere.pem", good->key}, {}},
        webhook_relay::terms{tls_identity{good->certificate, good->certificate}, {}},
        webhook_relay::terms{good, "/nowhere.pem"}}) {
    EXPECT_THROW(relay->check(wrong), std::runtime_error);
    EXPECT_THROW(relay->reload(wrong), std::runtime_error);
  }
  EXPECT_EQ(tell(*connect("old.test"), event("1")), "HTTP/1.1 202 Accepted");
}

TEST_F(WebhookRelay, LinksThatAreLearnedLaterCountAsWell) {
  start();
  relay->learn({{"link-of-yesterday", "itau"}});
  arm(with(way::drop));
  EXPECT_EQ(send(event("1", "link-of-yesterday")).status, 200u);
}

}  // namespace
}  // namespace vendaval::test
