// Clients that use the proxy as their proxy: absolute-form requests and CONNECT.
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

class GatewayWaysIn : public GatewayTest {
 protected:
  GatewayWaysIn() { settings.forward_listen = listen_address{"127.0.0.1", 0}; }

  std::string bank_name() const { return "127.0.0.1:" + std::to_string(upstream->port()); }
  std::unique_ptr<wire> forward_client() { return tcp_client(proxy->forward_port()); }
  message ask_forward(std::string const& request) {
    auto const one = forward_client();
    one->say(request);
    return hear_message(*one);
  }
  static std::string absolute(std::string const& origin, std::string const& target) {
    return "GET " + origin + target + " HTTP/1.1\r\nHost: ignored\r\n\r\n";
  }
  static std::string connect_to(std::string const& name) {
    return "CONNECT " + name + " HTTP/1.1\r\nHost: " + name + "\r\n\r\n";
  }
  /// The head of the answer to CONNECT.
  static std::string opened(wire& client, std::string const& name) {
    client.say(connect_to(name));
    return client.hear_until("\r\n\r\n");
  }
  void map_the_host_to(std::string const& institution) {
    dialects::dialect_settings plain;
    plain.places = {{institution, "127.0.0.1", ""}};
    settings.make_dialect = [plain] { return dialects::make_dialect("plain", plain); };
  }
};

TEST_F(GatewayWaysIn, AnAbsoluteUrlIsFetchedOverOurOwnTls) {
  start_echo();
  auto const got = ask_forward(absolute("https://" + bank_name(), "/itau/?page=2"));
  EXPECT_EQ(got.body, "\"/itau/?page=2\"");
  EXPECT_EQ(upstream->asked().at(0).header("Host"), bank_name());
  EXPECT_EQ(upstream->handshakes(), 1);
  EXPECT_EQ(reports(1).at(0).institution, "itau");
}

TEST_F(GatewayWaysIn, EveryHostOnTheListIsReachedUnderItsOwnNameAndAuthority) {
  temporary_folder strange;
  auto const other_ca = ensure_local_ca(strange.path());
  bank other(ensure_leaf(other_ca, strange.path(), "bank", {"other.test"}),
             [](wire& to, message) { to.say(answer("\"other\"")); });
  bank plain({}, [](wire& to, message) { to.say(answer("\"plain\"")); });
  auto const at = [](bank const& b) { return "127.0.0.1:" + std::to_string(b.port()); };
  settings.upstream.hosts = {{"https://" + at(other), other_ca.certificate, "other.test"},
                             {"http://" + at(plain), "", ""}};
  start_echo();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ask_forward(absolute("https://" + at(other), "/")).body, "\"other\"");
    EXPECT_EQ(ask_forward(absolute("http://" + at(plain), "/")).body, "\"plain\"");
    EXPECT_EQ(ask_forward(absolute("https://" + bank_name(), "/usual")).body, "\"/usual\"");
  }
}

TEST_F(GatewayWaysIn, LinksInAnswersAreLeftAlone) {
  settings.make_dialect = [] { return dialects::make_dialect("belvo", {}); };
  start([&](wire& to, message) {
    to.say(answer(R"({"next":"https://)" + bank_name() + R"(/api/accounts/?page=2","results":[]})"));
  });
  auto const got = ask_forward(absolute("https://" + bank_name(), "/api/accounts/"));
  EXPECT_EQ(got.body, R"({"next":"https://)" + bank_name() + R"(/api/accounts/?page=2","results":[]})");
}

TEST_F(GatewayWaysIn, S5_AHostOffTheListIsRefusedInEveryWayIn) {
  start_echo();
  for (std::string const name : {"127.0.0.2:443", "127.0.0.1:1", "localhost:443", "169.254.169.254:80", "[::1]:443"}) {
    EXPECT_EQ(ask_forward(absolute("https://" + name, "/")).first_line(), "HTTP/1.1 403 Forbidden") << name;
    EXPECT_EQ(ask_forward(connect_to(name)).first_line(), "HTTP/1.1 403 Forbidden") << name;
  }
  EXPECT_EQ(ask_forward(absolute("http://" + bank_name(), "/")).first_line(), "HTTP/1.1 403 Forbidden")
      << "the port speaks TLS";
  EXPECT_EQ(ask_forward(get("/itau/", "X: y\r\n")).first_line(), "HTTP/1.1 200 Said") << "our own name";
  EXPECT_EQ(upstream->asked().size(), 1u);
  EXPECT_EQ(proxy->counts().refused_hosts, 11u);
}

TEST_F(GatewayWaysIn, TheReverseListenerIsNobodysProxy) {
  bank other({}, [](wire& to, message) { to.say(answer("{}")); });
  auto const name = "127.0.0.1:" + std::to_string(other.port());
  settings.allowed_hosts = {"127.0.0.1", name};
  start_echo();
  EXPECT_EQ(ask(connect_to(name)).first_line(), "HTTP/1.1 501 Not Implemented");
  ask(absolute("http://" + name, "/"));
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(GatewayWaysIn, TheForwardListenerStaysOnThisMachine) {
  settings.forward_listen = listen_address{"0.0.0.0", 0};
  settings.upstream.url = "https://127.0.0.1";
  EXPECT_THROW(gateway{settings}, std::runtime_error);
}

TEST_F(GatewayWaysIn, ConnectIsABlindTunnelToTheBanksOwnTls) {
  start_echo();
  auto const one = forward_client();
  EXPECT_EQ(opened(*one, bank_name()), "HTTP/1.1 200 Connection established\r\n\r\n");
  one->connect_tls(ca.certificate, "bank.test");
  for (int i = 0; i < 3; ++i) {
    one->say(get("/inside"));
    EXPECT_EQ(hear_message(*one).body, "\"/inside\"");
  }
  EXPECT_TRUE(seen_in_flight([](auto const& all) { return all.size() == 1 && all[0].tunnel; }));
  one->close();
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].tunnel);
  EXPECT_EQ(all[0].status, 200u);
  EXPECT_EQ(all[0].result, outcome::ok);
  EXPECT_EQ(all[0].institution, unknown_institution);
  EXPECT_EQ(upstream->asked().at(0).header("Via"), "") << "nothing was looked into";
}

TEST_F(GatewayWaysIn, ATunnelToABankThatIsDownIsBadGateway) {
  {
    bank gone({}, [](wire&, message) {});
    settings.upstream.url = "https://127.0.0.1:" + std::to_string(gone.port());
  }
  proxy = std::make_unique<gateway>(settings);
  proxy->start();
  EXPECT_EQ(ask_forward(connect_to(settings.upstream.url.substr(8))).first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_EQ(reports(1).at(0).result, outcome::network);
}

TEST_F(GatewayWaysIn, FaultsOfTheConnectionStrikeATunnelWhoseHostIsABank) {
  map_the_host_to("itau");
  start_echo();
  arm({connection(faults::connection::way::reset)});
  auto const one = forward_client();
  one->say(connect_to(bank_name()));
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(one->ended(), asio::error::connection_reset);
  arm({failing("service_unavailable")});
  EXPECT_THAT(opened(*forward_client(), bank_name()), HasSubstr(" 200 ")) << "an answer of the API makes no sense here";
  auto const all = reports(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].institution, "itau");
  EXPECT_TRUE(all[0].injected);
  EXPECT_FALSE(all[1].injected);
  EXPECT_TRUE(all[1].touched_by.empty());
}

TEST_F(GatewayWaysIn, WithACaOfOursRequestsInsideConnectAreLikeAnyOther) {
  settings.intercept = ca;
  start_echo();
  auto const one = forward_client();
  opened(*one, bank_name());
  one->connect_tls(ca.certificate, "127.0.0.1");
  auto const inside = [&](std::string const& target) {
    one->say("GET " + target + " HTTP/1.1\r\nHost: " + bank_name() + "\r\n\r\n");
    return hear_message(*one);
  };
  EXPECT_EQ(inside("/itau/a").body, "\"/itau/a\"");
  arm({failing("service_unavailable")});
  EXPECT_EQ(inside("/itau/b").first_line(), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(inside("/bb/c").body, "\"/bb/c\"");
  one->say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 403 Forbidden") << "a host other than the tunnel's";
  auto const all = reports(4);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].institution, "itau");
  EXPECT_FALSE(all[0].tunnel);
  EXPECT_TRUE(all[1].injected);
}

}  // namespace
}  // namespace vendaval::test
