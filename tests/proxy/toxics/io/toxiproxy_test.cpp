// What only sockets can show. Every toxic over real ones: tests/end_to_end/toxiproxy.test.mjs.
#include "proxy/toxics/io/toxiproxy.hpp"

#include <gmock/gmock.h>

#include "base/io/log.hpp"
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

}  // namespace
}  // namespace vendaval::toxics
