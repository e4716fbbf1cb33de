#include "proxy/toxics/book.hpp"

#include <gmock/gmock.h>

#include "tests/proxy/toxics/support.hpp"

namespace vendaval::toxics {
namespace {

using testing::HasSubstr;

constexpr auto redis = R"({"name":"redis","listen":"127.0.0.1:26379","upstream":"127.0.0.1:6379"})";

struct ToxiproxyBook : testing::Test {
  fake_server server;
  std::size_t toxics() { return server.book.find("redis")->toxics.size(); }
  std::string hang(std::string const& body) { return server.ask("POST", "/proxies/redis/toxics", body).body; }
  void make_redis() { ASSERT_EQ(server.ask("POST", "/proxies", redis).status, 201u); }
};

// What users of Toxiproxy have asked for since 2015 (its issue 447 among others): toxics come with their proxy.
TEST_F(ToxiproxyBook, ToxicsAreTakenAlongWithTheirProxy) {
  auto const made = server.ask("POST", "/proxies",
                               R"({"name":"redis","upstream":"127.0.0.1:6379","toxics":[
                                 {"type":"latency","attributes":{"latency":100}},{"type":"noop","stream":"upstream"}]})");
  EXPECT_EQ(made.status, 201u);
  EXPECT_THAT(made.body, HasSubstr(R"("toxics":[{"attributes":{},"name":"noop_upstream")"));
  EXPECT_EQ(toxics(), 2u);
}

TEST_F(ToxiproxyBook, APopulateWithOneWrongToxicMakesNothing) {
  auto const made = server.ask("POST", "/populate",
                               R"([{"name":"a","upstream":"127.0.0.1:1"},
                                   {"name":"b","upstream":"127.0.0.1:2","toxics":[{"type":"lateness"}]}])");
  EXPECT_EQ(made.status, 400u);
  EXPECT_THAT(made.body, HasSubstr("invalid toxic type"));
  EXPECT_TRUE(server.book.all().empty());
}

TEST_F(ToxiproxyBook, PopulateLeavesAProxyAloneThatIsThereAlready) {
  make_redis();
  hang(R"({"type":"latency"})");
  server.ask("POST", "/populate", std::string("[") + redis + "]");
  EXPECT_EQ(toxics(), 1u) << "no toxics were spoken of";
  server.ask("POST", "/populate", R"([{"name":"redis","listen":"127.0.0.1:26379","upstream":"127.0.0.1:6380"}])");
  EXPECT_EQ(toxics(), 0u) << "another upstream makes another proxy";
}

TEST_F(ToxiproxyBook, InWhatBytesAProxySpeaksIsSettledWhenItIsMade) {
  make_redis();
  auto const change = [&](std::string const& body) { return server.ask("PATCH", "/proxies/redis", body); };
  EXPECT_THAT(change(R"({"http":true})").body, HasSubstr("delete it first"));
  EXPECT_EQ(change(R"({"upstream_tls":{}})").status, 400u);
  EXPECT_EQ(change(R"({"http":false,"enabled":true})").status, 200u) << "what it is may be said again";
  auto const other = R"([{"name":"redis","listen":"127.0.0.1:26379","upstream":"127.0.0.1:6379","http":true}])";
  EXPECT_EQ(server.ask("POST", "/populate", other).status, 201u);
  EXPECT_TRUE(server.book.find("redis")->http) << "populate makes another";
}

TEST_F(ToxiproxyBook, TheSameNameTwiceInOnePopulateIsTheLastOne) {
  auto const made = server.ask("POST", "/populate",
                               R"([{"name":"a","listen":"127.0.0.1:1001","upstream":"127.0.0.1:1"},
                                   {"name":"a","listen":"127.0.0.1:1002","upstream":"127.0.0.1:1"}])");
  EXPECT_EQ(made.status, 201u);
  EXPECT_THAT(server.wires.listening, testing::ElementsAre(testing::Pair("a", "127.0.0.1:1002")));
  auto const twice = R"([{"name":"b","upstream":"127.0.0.1:1","enabled":false},
                         {"name":"b","listen":"127.0.0.1:1002","upstream":"127.0.0.1:2"}])";
  EXPECT_THAT(server.ask("POST", "/populate", twice).body, HasSubstr("\"proxies\":null"))
      << "the second cannot listen, and the first has gone for it";
}

TEST_F(ToxiproxyBook, ToxicityIsAShareAndNothingElse) {
  make_redis();
  for (auto const* const wrong : {"-0.1", "1.01", "7"}) {
    EXPECT_THAT(hang(std::string(R"({"type":"latency","toxicity":)") + wrong + "}"), HasSubstr("from 0 to 1")) << wrong;
  }
  hang(R"({"type":"latency","toxicity":0})");
  EXPECT_THAT(server.ask("PATCH", "/proxies/redis/toxics/latency_downstream", R"({"toxicity":2})").body,
              HasSubstr("from 0 to 1"));
  EXPECT_EQ(server.book.find("redis")->toxics[0].toxicity, 0);
}

TEST_F(ToxiproxyBook, AttributesBelowZeroAndSharesAboveOneAreRefused) {
  make_redis();
  EXPECT_THAT(hang(R"({"type":"latency","attributes":{"latency":-1}})"), HasSubstr("latency must not be negative"));
  EXPECT_THAT(hang(R"({"type":"packet_loss","attributes":{"loss_rate":1.5}})"), HasSubstr("loss_rate must be from 0"));
  EXPECT_EQ(toxics(), 0u);
}

// Toxiproxy documents a default of 0.1 and does not apply it.
TEST_F(ToxiproxyBook, PacketLossHasTheDefaultThatIsDocumented) {
  make_redis();
  EXPECT_THAT(hang(R"({"type":"packet_loss"})"), HasSubstr(R"({"loss_rate":0.1,"correlation":0})"));
}

TEST_F(ToxiproxyBook, ALeaseEndsAToxicByItself) {
  make_redis();
  EXPECT_THAT(hang(R"({"type":"latency","lease":"5m"})"), HasSubstr(R"("lease":"5m")"));
  server.now += 5min - 1ms;
  server.book.tick(server.now);
  EXPECT_EQ(toxics(), 1u);
  server.now += 1ms;
  server.book.tick(server.now);
  EXPECT_EQ(toxics(), 0u);
  EXPECT_EQ(server.wires.tuned["redis"], 0u) << "and its connections are told";
}

TEST_F(ToxiproxyBook, AToxicWithoutALeaseHasTheUsualOneAndAnUpdateBeginsItAnew) {
  make_redis();
  auto const told = hang(R"({"type":"latency"})");
  EXPECT_THAT(told, testing::Not(HasSubstr("lease"))) << "a client of Toxiproxy is told nothing it does not know";
  server.now += 50min;
  server.ask("POST", "/proxies/redis/toxics/latency_downstream", R"({"attributes":{"jitter":3}})");
  server.now += 50min;
  server.book.tick(server.now);
  EXPECT_EQ(toxics(), 1u);
  server.now += 10min;
  server.book.tick(server.now);
  EXPECT_EQ(toxics(), 0u);
}

TEST_F(ToxiproxyBook, ALeaseThatIsNoneIsRefused) {
  make_redis();
  for (auto const* const wrong : {"soon", "0s", "25h", "-1m"})
    EXPECT_THAT(hang(std::string(R"({"type":"latency","lease":")") + wrong + "\"}"), HasSubstr("at most \\\"1d\\\""));
}

TEST_F(ToxiproxyBook, AnUpstreamThatIsNeitherHereNorAllowedIsRefused) {
  fake_server open({.allowed = {*allowed_host::parse("redis.staging.example:6379")}});
  auto const make = [&](std::string const& upstream) {
    return open.ask("POST", "/proxies", R"({"name":"p","upstream":")" + upstream + "\"}");
  };
  EXPECT_EQ(make("169.254.169.254:80").status, 403u);
  EXPECT_EQ(make("redis.staging.example:6380").status, 403u);
  EXPECT_THAT(make("api.belvo.com:443").body, HasSubstr("never broken"));
  EXPECT_EQ(make("localhost").status, 400u);
  EXPECT_EQ(make("redis.staging.example:6379").status, 201u);
  EXPECT_EQ(open.ask("POST", "/proxies/p", R"({"upstream":"10.0.0.1:1"})").status, 403u) << "nor by an update";
}

TEST_F(ToxiproxyBook, AProductionHostIsRefusedEvenWhenItIsAllowed) {
  fake_server open({.allowed = {*allowed_host::parse("api.belvo.com")}});
  EXPECT_EQ(open.ask("POST", "/proxies", R"({"name":"p","upstream":"API.belvo.com.:443"})").status, 403u);
}

TEST_F(ToxiproxyBook, AListenerThatOtherMachinesReachHasToBeAllowed) {
  auto const anywhere = R"({"name":"p","listen":"0.0.0.0:1234","upstream":"127.0.0.1:1"})";
  EXPECT_THAT(server.ask("POST", "/proxies", anywhere).body, HasSubstr("--listen-anywhere"));
  fake_server open({.listen_anywhere = true});
  EXPECT_EQ(open.ask("POST", "/proxies", anywhere).status, 201u);
}

TEST_F(ToxiproxyBook, AFailedRebindLeavesItDisabledAtItsNewAddress) {
  make_redis();
  server.ask("POST", "/proxies", R"({"name":"other","listen":"127.0.0.1:1111","upstream":"127.0.0.1:1"})");
  EXPECT_EQ(server.ask("POST", "/proxies/redis", R"({"listen":"127.0.0.1:1111"})").status, 500u);
  EXPECT_FALSE(server.book.find("redis")->enabled);
  EXPECT_EQ(server.book.find("redis")->listen, "127.0.0.1:1111");
}

// Toxiproxy stops at the first proxy that cannot bind, and leaves the rest broken.
TEST_F(ToxiproxyBook, ResetGoesOnToEveryProxyWhenOneCannotBind) {
  server.ask("POST", "/proxies", R"({"name":"a","listen":"127.0.0.1:1","upstream":"127.0.0.1:9","enabled":false})");
  server.ask("POST", "/proxies", R"({"name":"b","listen":"127.0.0.1:1","upstream":"127.0.0.1:9"})");
  server.ask("POST", "/proxies", R"({"name":"c","listen":"127.0.0.1:3","upstream":"127.0.0.1:9","enabled":false})");
  EXPECT_EQ(server.ask("POST", "/reset").status, 500u);
  EXPECT_TRUE(server.book.find("c")->enabled);
}

TEST_F(ToxiproxyBook, TheKillSwitchEndsEverythingAndNothingGoesWrongUntilItIsReleased) {
  make_redis();
  hang(R"({"type":"timeout"})");
  server.ask("POST", "/proxies", R"({"name":"off","listen":"127.0.0.1:2","upstream":"127.0.0.1:9","enabled":false})");
  EXPECT_EQ(server.ask("POST", "/v1/stop", R"({"reason":"drill"})").body, R"({"faults_ended":1,"stopped":true})");
  EXPECT_EQ(toxics(), 0u);
  EXPECT_EQ(server.wires.tuned["redis"], 0u);
  EXPECT_TRUE(server.book.find("off")->enabled);
  EXPECT_EQ(server.ask("POST", "/proxies/redis/toxics", R"({"type":"latency"})").status, 503u);
  EXPECT_EQ(server.ask("POST", "/proxies/redis", R"({"enabled":false})").status, 503u);
  EXPECT_EQ(server.ask("POST", "/v1/release", "{}").status, 409u) << "a person says why";
  EXPECT_EQ(server.ask("POST", "/v1/release", R"({"reason":"over"})").status, 200u);
  EXPECT_EQ(server.ask("POST", "/proxies/redis/toxics", R"({"type":"latency"})").status, 200u);
}

TEST_F(ToxiproxyBook, NamesMayBeWrittenEscaped) {
  server.ask("POST", "/proxies", R"({"name":"my redis","upstream":"127.0.0.1:6379"})");
  EXPECT_EQ(server.ask("GET", "/proxies/my%20redis").status, 200u);
}

TEST_F(ToxiproxyBook, CountersAreLiveAndBearToxiproxysLabels) {
  make_redis();
  auto const shown = server.ask("GET", "/metrics").body;
  EXPECT_THAT(shown,
              HasSubstr("toxiproxy_proxy_received_bytes_total{direction=\"upstream\",listener=\"127.0.0.1:26379\","
                        "proxy=\"redis\",upstream=\"127.0.0.1:6379\"} 7\n"));
  EXPECT_THAT(shown, HasSubstr("toxiproxy_proxy_sent_bytes_total{direction=\"downstream\""));
}

/// Nights in UTC, and a clock that says 21:00 at one hour of the monotonic one.
struct ToxiproxyAtNight : testing::Test {
  static book_settings settings() {
    book_settings s;
    s.deny = {{.name = "night", .from = 22h, .to = 6h}};
    s.calendar = {time_point(1h), wall_time(std::chrono::sys_days(std::chrono::year(2026) / 5 / 4)) + 21h};
    return s;
  }
  fake_server server{settings()};
  std::string hang() { return server.ask("POST", "/proxies/redis/toxics", R"({"type":"latency"})").body; }
};

TEST_F(ToxiproxyAtNight, S23_NothingGoesWrongInADenyWindowAndTheAnswerSaysUntilWhen) {
  ASSERT_EQ(server.ask("POST", "/proxies", redis).status, 201u);
  hang();
  server.ask("POST", "/proxies",
             R"({"name":"down","listen":"127.0.0.1:26380","upstream":"127.0.0.1:1","enabled":false})");
  server.now += 1h - 1ns;
  EXPECT_FALSE(server.book.tick(server.now));
  EXPECT_EQ(server.book.find("redis")->toxics.size(), 1u);

  server.now += 1ns;
  EXPECT_TRUE(server.book.tick(server.now));
  EXPECT_TRUE(server.book.find("redis")->toxics.empty());
  EXPECT_TRUE(server.book.find("down")->enabled);
  EXPECT_FALSE(server.book.tick(server.now)) << "there is nothing left to change";
  EXPECT_THAT(hang(),
              HasSubstr(R"(nothing may be armed until 2026-05-05 06:00 +00:00: the deny window \"night\" is open)"));
  EXPECT_EQ(server.ask("POST", "/proxies/redis", R"({"enabled":false})").status, 503u);

  server.now += 8h;
  EXPECT_THAT(hang(), HasSubstr("latency_downstream"));
}

}  // namespace
}  // namespace vendaval::toxics
