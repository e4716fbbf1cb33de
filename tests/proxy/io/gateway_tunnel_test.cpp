// WebSockets: a handshake that is HTTP, and then bytes both ways.
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using GatewayTunnel = GatewayTest;

constexpr auto switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
std::string upgrade(std::string const& lines = "Upgrade: websocket\r\n") {
  return get("/itau/live", "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: a\r\n" + lines);
}

/// Says back what it hears, until the other side is done.
void echo_until_closed(wire& to) {
  for (auto piece = to.hear(4); !piece.empty(); piece = to.hear(4)) to.say(piece);
}

TEST_F(GatewayTunnel, AWebSocketPassesBothWays) {
  start([](wire& to, message) {
    to.say(std::string(switching) + "hello");
    echo_until_closed(to);
  });
  auto const one = client();
  one->say(upgrade() + "ping");
  auto const head = one->hear_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_THAT(head, HasSubstr("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_EQ(one->hear(9), "helloping");
  one->say("pong");
  EXPECT_EQ(one->hear(4), "pong");
  EXPECT_TRUE(seen_in_flight([](auto const& all) { return all.size() == 1 && all[0].tunnel; }));
  one->close();
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].tunnel);
  EXPECT_EQ(all[0].status, 101u);
  EXPECT_EQ(all[0].result, outcome::ok);
  EXPECT_EQ(all[0].institution, "itau");
  EXPECT_THAT(upstream->asked().at(0).head, HasSubstr("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
}

TEST_F(GatewayTunnel, TheBankMayEndIt) {
  start([](wire& to, message) {
    to.say(std::string(switching) + "bye!");
    to.wake();
  });
  auto const one = client();
  one->say(upgrade());
  one->hear_until("\r\n\r\n");
  EXPECT_EQ(one->hear_all(), "bye!");
  EXPECT_EQ(one->ended(), asio::error::eof) << "with a goodbye in TLS";
  EXPECT_EQ(reports(1).at(0).result, outcome::ok);
}

TEST_F(GatewayTunnel, ABankMayDeclineAndAnswer) {
  start_echo();
  auto const one = client();
  for (int i = 0; i < 2; ++i) {
    one->say(upgrade());
    EXPECT_EQ(hear_message(*one).body, "\"/itau/live\"");
  }
}

TEST_F(GatewayTunnel, NoOtherUpgradeIsPassedOn) {
  start_echo();
  for (auto const* lines : {"Upgrade: h2c\r\nHTTP2-Settings: a\r\n", "Upgrade: websocket, h2c\r\n", "Upgrade: \r\n"}) {
    EXPECT_EQ(ask(upgrade(lines)).first_line(), "HTTP/1.1 200 Said") << lines;
    EXPECT_THAT(upstream->asked().back().head, Not(HasSubstr("Upgrade"))) << lines;
  }
  EXPECT_EQ(ask(get("/itau/", "Upgrade: websocket\r\n")).first_line(), "HTTP/1.1 200 Said");
  EXPECT_EQ(upstream->asked().back().header("Upgrade"), "") << "Connection does not name it";
}

TEST_F(GatewayTunnel, AnAnswerOf101ThatOpensSomethingElseIsInvalid) {
  start([](wire& to, message) {
    to.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    to.wake();
  });
  EXPECT_EQ(ask(upgrade()).first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_EQ(reports(1).at(0).result, outcome::upstream_invalid);
}

TEST_F(GatewayTunnel, ASilentTunnelIsClosedAfterItsLimit) {
  settings.limits.tunnel = 100ms;
  start([](wire& to, message) {
    to.say(switching);
    echo_until_closed(to);
  });
  auto const one = client();
  one->say(upgrade());
  one->hear_until("\r\n\r\n");
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(reports(1).at(0).result, outcome::ok);
}

TEST_F(GatewayTunnel, AFaultOnTheHandshakeIsAnsweredInItsPlace) {
  start([](wire& to, message) { to.say(switching); });
  arm({failing("service_unavailable")});
  EXPECT_EQ(ask(upgrade()).first_line(), "HTTP/1.1 503 Service Unavailable");
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayTunnel, StoppingTheProxyEndsTunnels) {
  start([](wire& to, message) {
    to.say(switching);
    echo_until_closed(to);
  });
  auto const one = client();
  one->say(upgrade());
  one->hear_until("\r\n\r\n");
  EXPECT_EQ(reports(0).size(), 1u);
  EXPECT_EQ(one->hear_all(), "");
}

}  // namespace
}  // namespace vendaval::test
