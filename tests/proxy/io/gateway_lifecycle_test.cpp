// Retries, the end, and new terms while everything runs.
#include "tests/proxy/io/raw_bank.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

using GatewayLifecycle = GatewayTest;

/// Answers the first request of every connection well; at the second one `fails` decides.
struct dying_bank {
  std::function<void(wire&)> fails;
  std::atomic<int> asked = 0, connections = 0;
  raw_bank at{[this](wire& from) {
    ++connections;
    for (int i = 0;; ++i) {
      auto const request = hear_message(from);
      if (!request) return;
      ++asked;
      if (i == 0)
        from.say(answer("{}"));
      else
        return fails(from);
    }
  }};
};

TEST_F(GatewayLifecycle, S19_ARequestIsRepeatedOnceAtMostAndOnlyIfThatIsHarmless) {
  settings.threads = 1;
  struct row {
    char const* request;
    int asked;  // in all, the first one included
    char const* line;
  };
  for (auto const& [request, asked, line] : {
           row{"GET /itau/2 HTTP/1.1\r\nHost: localhost\r\n\r\n", 3, "HTTP/1.1 200 Said"},
           row{"DELETE /itau/2 HTTP/1.1\r\nHost: localhost\r\n\r\n", 3, "HTTP/1.1 200 Said"},
           row{"POST /itau/2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 2,
               "HTTP/1.1 502 Bad Gateway"},
           row{"PATCH /itau/2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 2,
               "HTTP/1.1 502 Bad Gateway"},
           row{"POST /itau/2 HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: 1\r\nContent-Length: 0\r\n\r\n", 2,
               "HTTP/1.1 502 Bad Gateway"},
       }) {
    dying_bank bank{.fails = [](wire& from) { from.reset(); }};
    start_before(bank.at.port(), "http");
    auto const one = client();
    one->say(get("/itau/1"));
    EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
    one->say(request);
    EXPECT_EQ(hear_message(*one).first_line(), line) << request;
    EXPECT_EQ(bank.asked, asked) << request;
    proxy.reset();
  }
}

TEST_F(GatewayLifecycle, NothingIsRepeatedOnceAByteOfTheAnswerCame) {
  settings.threads = 1;
  dying_bank bank{.fails = [](wire& from) { from.say("HTTP/1.1 2"); }};
  start_before(bank.at.port(), "http");
  auto const one = client();
  one->say(get("/itau/1"));
  hear_message(*one);
  one->say(get("/itau/2"));
  auto const got = hear_message(*one);
  EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_THAT(got.body, HasSubstr("upstream_invalid"));
  EXPECT_EQ(bank.asked, 2);
  proxy.reset();
}

TEST_F(GatewayLifecycle, AFreshConnectionThatDiesIsNotReplaced) {
  std::atomic<int> connections = 0;
  raw_bank dead([&](wire& from) {
    ++connections;
    from.hear_until("\r\n\r\n");
  });
  start_before(dead.port(), "http");
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_EQ(connections, 1);
}

TEST_F(GatewayLifecycle, WindingDownFinishesWhatIsInFlightAndTakesNobodyNew) {
  settings.threads = 1;
  std::latch asked(1), go(1);
  start([&](wire& to, message request) {
    if (request.target() == "/itau/slow") {
      asked.count_down();
      go.wait();
    }
    to.say(answer("{}"));
  });
  auto const busy = client(), idle = client();
  idle->say(get("/itau/"));
  hear_message(*idle);
  busy->say(get("/itau/slow"));
  asked.wait();
  proxy->wind_down();
  EXPECT_EQ(idle->hear_all(), "");
  EXPECT_EQ(idle->ended(), asio::error::eof) << "said goodbye, not cut";
  EXPECT_ANY_THROW(tcp_client());
  go.count_down();
  auto const got = hear_message(*busy);
  EXPECT_EQ(got.first_line(), "HTTP/1.1 200 Said");
  EXPECT_EQ(got.header("Connection"), "close");
  EXPECT_EQ(busy->hear_all(), "");
  while (proxy->open() > 0) std::this_thread::sleep_for(1ms);
}

TEST_F(GatewayLifecycle, UnderLoadWindingDownBreaksNothingThatTheBankHasSeen) {
  std::atomic<int> served = 0;
  start([&](wire& to, message) {
    if (to.say(answer("{}"))) ++served;
  });
  std::atomic<int> answered = 0, begun = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([&] {
      asio::io_context own;
      try {
        for (;;) {
          asio::ip::tcp::socket socket(own);
          socket.connect({asio::ip::address_v4::loopback(), proxy->port()});
          wire one(std::move(socket));
          one.connect_tls(ca.certificate, "localhost");
          for (;;) {
            ++begun;
            one.say(get("/itau/"));
            auto const got = hear_message(one);
            if (!got) break;
            if (got.first_line() == "HTTP/1.1 200 Said") ++answered;
            if (got.header("Connection") == "close") break;
          }
        }
      } catch (boost::system::system_error const&) {  // nobody new comes in
      }
    });
  while (answered < 100) std::this_thread::sleep_for(1ms);
  proxy->wind_down();
  for (auto& one : clients) one.join();
  proxy.reset();
  upstream.reset();  // its threads have counted
  EXPECT_EQ(answered, served) << "of " << begun;
}

TEST_F(GatewayLifecycle, ReloadingChangesCertificatesAndLimitsAndClosesNothing) {
  settings.threads = 1;
  start_echo();
  auto const old = client();
  old->say(get("/itau/1"));
  hear_message(*old);
  auto fresh = settings;
  fresh.tls = ensure_leaf(ca, folder.path(), "renewed", {"renewed.test", "localhost"});
  fresh.limits.body_size = bytes{10};
  proxy->reload(fresh);
  auto const young = tcp_client();
  young->connect_tls(ca.certificate, "renewed.test");
  young->say(post("/itau/2", "more than ten bytes"));
  EXPECT_EQ(hear_message(*young).first_line(), "HTTP/1.1 413 Content Too Large");
  old->say(get("/itau/3"));
  EXPECT_EQ(hear_message(*old).body, "\"/itau/3\"");
  EXPECT_EQ(proxy->counts().connections, 2u);
}

TEST_F(GatewayLifecycle, AReloadThatFailsLeavesEverythingAsItWas) {
  start_echo();
  for (auto const& spoil : std::vector<std::function<void(gateway_settings&)>>{
           [](auto& s) { s.tls->certificate = "/nowhere.pem"; }, [](auto& s) { s.tls->key = s.tls->certificate; },
           [](auto& s) { s.client_ca = s.tls->key; }, [](auto& s) { s.upstream.ca_file = "/nowhere.pem"; },
           [](auto& s) { s.tls.reset(); }}) {
    auto wrong = settings;
    wrong.limits.body_size = bytes{1};
    spoil(wrong);
    EXPECT_THROW(proxy->reload(wrong), std::runtime_error);
    EXPECT_EQ(ask(post("/itau/", "some bytes")).first_line(), "HTTP/1.1 200 Said");
  }
}

}  // namespace
}  // namespace vendaval::test
