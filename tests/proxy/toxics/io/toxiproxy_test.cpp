// What only sockets can show. Every toxic over real ones: tests/end_to_end/toxiproxy.test.mjs.
#include "proxy/toxics/io/toxiproxy.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <thread>

#include "base/io/log.hpp"
#include "base/io/outbound.hpp"
#include "proxy/toxics/io/listeners.hpp"
#include "tests/proxy/io/wire.hpp"
#include "tests/support/running_context.hpp"

namespace vendaval::toxics {
namespace {

using test::bank;
using test::wire;

/// A book whose listeners are real, on a thread of their own.
struct ToxiproxySockets : testing::Test {
  void SetUp() override {
    there.on([this] {
      sockets = std::make_unique<listeners>(there.io, 1, make_logger("test", "off"));
      book = std::make_unique<proxy_book>(book_settings{}, *sockets);
    });
  }
  void TearDown() override {
    there.on([this] {
      book.reset();
      sockets.reset();
    });
  }
  void create(std::uint16_t upstream, std::string const& toxics = "[]") {
    there.on([&] {
      auto const made = book->create(parse_body(R"({"name":"p","upstream":"127.0.0.1:)" + std::to_string(upstream) +
                                                R"(","toxics":)" + toxics + "}")
                                         ->get_object(),
                                     std::chrono::steady_clock::now());
      ASSERT_TRUE(made) << made.error().text;
      listen = listen_address::parse((*made)->listen)->port;
    });
  }
  wire connect() {
    asio::ip::tcp::socket socket(near);
    socket.connect({asio::ip::address_v4::loopback(), listen});
    return wire(std::move(socket));
  }

  asio::io_context near;
  test::running_context there;
  std::unique_ptr<listeners> sockets;
  std::unique_ptr<proxy_book> book;
  std::uint16_t listen = 0;
};

// Toxiproxy closes both directions when one ends.
TEST_F(ToxiproxySockets, WhoHasSaidEverythingStillHearsTheAnswer) {
  bank upstream(std::nullopt, [](wire& client) {
    auto const all = client.hear_all();
    client.say("heard " + all);
  });
  create(upstream.port());
  auto client = connect();
  client.say("everything");
  client.shut();
  EXPECT_EQ(client.hear_all(), "heard everything");
}

TEST_F(ToxiproxySockets, AResetOfTheUpstreamIsAResetForTheClient) {
  bank upstream(std::nullopt, [](wire& client) {
    client.hear(1);
    client.reset();
  });
  create(upstream.port());
  auto client = connect();
  client.say("x");
  EXPECT_EQ(client.hear_all(), "");
  EXPECT_EQ(client.ended(), asio::error::connection_reset);
}

// Toxiproxy's issues 558, 412, 254: whoever does not read holds up the whole control plane.
TEST_F(ToxiproxySockets, AReaderThatStandsStillHoldsUpNobody) {
  bank upstream(std::nullopt, [](wire& client) {
    client.hear(1);
    std::string const piece(1 << 20, 'x');
    for (int i = 0; i < 16; ++i)
      if (!client.say(piece)) return;
  });
  create(upstream.port(), R"([{"type":"latency","attributes":{"latency":1}},{"type":"slicer"}])");
  auto deaf = connect();
  deaf.say("x");
  there.on([&] {
    EXPECT_FALSE(book->reset());
    EXPECT_TRUE(book->find("p")->toxics.empty());
  });
  EXPECT_EQ(deaf.hear(16 << 20).size(), 16u << 20) << "and not a byte is lost";
}

TEST_F(ToxiproxySockets, ADeletedProxyLetsItsClientsGoAndItsPortIsFree) {
  bank upstream(std::nullopt, [](wire& client) { client.hear_all(); });
  create(upstream.port(), R"([{"type":"bandwidth"}])");
  auto client = connect();
  client.say("x");
  there.on([&] { EXPECT_FALSE(book->remove("p")); });
  EXPECT_EQ(client.hear_all(), "");
  asio::ip::tcp::acceptor again(near, {asio::ip::address_v4::loopback(), listen});
}

TEST_F(ToxiproxySockets, TheSystemsRefusalIsToldAsToxiproxyTellsIt) {
  asio::ip::tcp::acceptor taken(near, {asio::ip::address_v4::loopback(), 0});
  auto const address = "127.0.0.1:" + std::to_string(taken.local_endpoint().port());
  there.on([&] {
    auto const made = book->create(
        parse_body(R"({"name":"p","upstream":"127.0.0.1:1","listen":")" + address + "\"}")->get_object(), {});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text, "listen tcp " + address + ": bind: address already in use");
    EXPECT_EQ(made.error().status, 500u);
  });
}

TEST(Toxiproxy, AnApiThatOthersReachNeedsALongToken) {
  asio::io_context io;
  toxiproxy_settings open{.listen = {"0.0.0.0", 0}, .log = make_logger("test", "off")};
  EXPECT_THROW(toxiproxy(io, open), std::runtime_error);
  open.token = secret("short");
  EXPECT_THROW(toxiproxy(io, open), std::runtime_error);
  open.token = secret(std::string(32, 'x'));
  EXPECT_NO_THROW(toxiproxy(io, open));
}

/// The whole server, with an audit log that a test reads and breaks.
struct ToxiproxyAudit : testing::Test {
  void SetUp() override {
    toxiproxy_settings s{.listen = {"127.0.0.1", 0}, .own_switch = false, .log = make_logger("test", "off")};
    s.audit = [this](toxic_record record, auto done) {
      std::string trouble;
      {
        std::lock_guard const alone(lock);
        trouble = broken;
        if (trouble.empty()) records.push_back(std::move(record));
      }
      done(trouble);
    };
    there.on([&] {
      server = std::make_unique<toxiproxy>(there.io, std::move(s));
      server->start();
    });
  }
  void TearDown() override {
    there.on([this] { server.reset(); });
  }
  outbound_result ask(std::string method, std::string const& path, std::string body = {}) {
    outbound_request r;
    r.method = std::move(method);
    r.url = "http://127.0.0.1:" + std::to_string(server->port()) + path;
    r.headers = {{"X-Vendaval-Actor", "ana"}, {"Content-Type", "application/json"}};
    r.body = std::move(body);
    return calls.call(std::move(r));
  }
  void break_audit(std::string why) {
    std::lock_guard const alone(lock);
    broken = std::move(why);
  }
  std::vector<std::string> told() {
    std::lock_guard const alone(lock);
    std::vector<std::string> lines;
    for (auto const& r : records) lines.push_back(r.action + " " + r.actor + ": " + r.what + ": " + r.result);
    return lines;
  }

  test::running_context there;
  std::unique_ptr<toxiproxy> server;
  outbound calls;
  std::mutex lock;
  std::vector<toxic_record> records;
  std::string broken;
};

constexpr auto one_proxy = R"({"name":"p","upstream":"127.0.0.1:1"})";

TEST_F(ToxiproxyAudit, S15_WhoHangsWhatIsWrittenDownBeforeAndHowItEndsAfter) {
  ASSERT_EQ(ask("POST", "/proxies", one_proxy).status, 201u);
  ASSERT_EQ(ask("POST", "/proxies/p/toxics", R"({"type":"latency"})").status, 200u);
  ASSERT_EQ(ask("POST", "/proxies/p/toxics", R"({"type":"lateness"})").status, 400u);
  ask("GET", "/proxies");
  ASSERT_EQ(ask("DELETE", "/proxies/p/toxics/latency_downstream").status, 204u);
  EXPECT_THAT(told(), testing::ElementsAre(testing::HasSubstr("toxic ana: POST /proxies {"),
                                           R"(toxic ana: POST /proxies/p/toxics {"type":"latency"}: asked)",
                                           R"(toxic ana: POST /proxies/p/toxics {"type":"lateness"}: asked)",
                                           testing::HasSubstr(R"({"type":"lateness"}: refused: )"),
                                           "end toxiproxy: p/latency_downstream: removed by ana"));
}

TEST_F(ToxiproxyAudit, S15_EveryWayInWhichAToxicEndsIsWrittenDownOnce) {
  ask("POST", "/proxies", one_proxy);
  auto const hang = [&](std::string const& lease) {
    ask("POST", "/proxies/p/toxics", R"({"type":"latency","lease":")" + lease + "\"}");
  };
  auto const ends = [&] {
    std::vector<std::string> lines;
    for (auto const& line : told())
      if (line.starts_with("end ")) lines.push_back(line.substr(line.rfind(": ") + 2));
    return lines;
  };
  hang("1s");
  auto const give_up = std::chrono::steady_clock::now() + 30s;
  while (ends().empty() && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(5ms);
  hang("1h");
  ask("POST", "/reset");
  hang("1h");
  ask("DELETE", "/proxies/p");
  ask("POST", "/proxies", one_proxy);
  hang("1h");
  there.on([this] { server->stop("drill"); });
  EXPECT_THAT(ends(), testing::ElementsAre("lease or deny window", "removed by ana", "removed by ana", "kill switch"));
}

TEST_F(ToxiproxyAudit, S11_WithoutAnAuditRecordNothingIsHungAndEverythingCanBeTakenAway) {
  ask("POST", "/proxies", one_proxy);
  ask("POST", "/proxies/p/toxics", R"({"type":"latency"})");
  break_audit("disk full");
  auto const refused = ask("POST", "/proxies/p/toxics", R"({"type":"bandwidth"})");
  EXPECT_EQ(refused.status, 503u);
  EXPECT_THAT(refused.body, testing::HasSubstr("no audit record, so nothing was changed: disk full"));
  EXPECT_EQ(ask("POST", "/proxies/p", R"({"enabled":false})").status, 503u);
  EXPECT_THAT(ask("GET", "/proxies").body, testing::Not(testing::HasSubstr("bandwidth")));
  EXPECT_EQ(ask("POST", "/reset").status, 204u);
  EXPECT_EQ(ask("GET", "/proxies/p/toxics").body, "[]");
}

TEST_F(ToxiproxyAudit, ASecretInABodyStaysOutOfIt) {
  ask("POST", "/proxies", R"({"name":"p","upstream":"127.0.0.1:1","password":"hunter2-4711"})");
  EXPECT_THAT(told().at(0), testing::Not(testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace vendaval::toxics
