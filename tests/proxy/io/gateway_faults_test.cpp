// Armed faults on the way of real requests. Nothing here measures time: only what comes before what.
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;
using way = faults::connection::way;

using GatewayFaults = GatewayTest;

TEST_F(GatewayFaults, LatencyHoldsARequestAndThenForwardsItUntouched) {
  start_echo();
  arm({latency(300ms)});
  auto const one = client();
  one->say(get("/itau/a"));
  EXPECT_TRUE(held_in_flight(1));
  EXPECT_TRUE(upstream->asked().empty());
  auto const got = hear_message(*one);
  EXPECT_EQ(got.body, "\"/itau/a\"");
  EXPECT_EQ(got.header("X-Vendaval-Fault"), "");
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].touched_by, std::vector<std::uint64_t>{1});
  EXPECT_FALSE(all[0].injected);
  EXPECT_GE(all[0].ended - all[0].arrived, 300ms);  // never early
}

TEST_F(GatewayFaults, AnErrorAnswersInPlaceOfTheBankAndSaysSo) {
  start_echo();
  arm({failing("service_unavailable")});
  auto const one = client();
  one->say(post("/itau/a", "{\"x\":1}"));
  auto const got = hear_message(*one);
  EXPECT_THAT(got.first_line(), testing::StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(got.header("X-Vendaval-Fault"), "drill/fault-1");
  EXPECT_EQ(got.header("Content-Length"), std::to_string(got.body.size()));
  one->say(get("/bb/a"));  // on the same connection
  EXPECT_EQ(hear_message(*one).body, "\"/bb/a\"");
  auto const all = reports(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].result, outcome::upstream_5xx);
  EXPECT_EQ(all[0].status, 503u);
  EXPECT_TRUE(all[0].injected);
  EXPECT_FALSE(all[1].injected);
  ASSERT_EQ(upstream->asked().size(), 1u);
  EXPECT_EQ(upstream->asked()[0].target(), "/bb/a");
}

TEST_F(GatewayFaults, S16_EveryAnswerThatAFaultMadeOrChangedIsMarkedAsConfiguredAndNoOther) {
  using faults::marker;
  constexpr std::string_view ours = "drill/fault-1",
                             made = "vendaval; error=proxy_internal_response; details=\"drill/fault-1\"",
                             changed = "vendaval; details=\"drill/fault-2\"";
  struct row {
    marker how;
    bool plain, status;
  };
  for (auto const [how, plain, status] : {row{marker::none, false, false}, row{marker::x_vendaval_fault, true, false},
                                          row{marker::proxy_status, false, true}, row{marker::both, true, true}}) {
    settings.marker = how;
    fault_id = 0;
    start([](wire& to, message) { to.say(answer(R"({"balance":1})")); });
    arm({failing("service_unavailable")});
    auto const one = client();
    one->say(get("/itau/"));
    auto const injected = hear_message(*one);
    EXPECT_EQ(injected.header("X-Vendaval-Fault"), plain ? ours : "");
    EXPECT_EQ(injected.header("Proxy-Status"), status ? made : "");
    arm({faults::data{.change = faults::data::what::set, .at = "/balance", .value = "0"}});
    for (int i = 0; i < 2; ++i) {  // the second on a connection whose last answer was marked
      one->say(get("/itau/"));
      auto const edited = hear_message(*one);
      EXPECT_EQ(edited.body, R"({"balance":0})");
      EXPECT_EQ(edited.header("X-Vendaval-Fault"), plain ? "drill/fault-2" : "");
      EXPECT_EQ(edited.header("Proxy-Status"), status ? changed : "");
    }
    one->say(get("/bb/"));
    auto const genuine = hear_message(*one);
    EXPECT_EQ(genuine.header("X-Vendaval-Fault") + genuine.header("Proxy-Status"), "");
  }
}

TEST_F(GatewayFaults, AHeadRequestGetsAnInjectedAnswerWithoutABody) {
  start_echo();
  arm({failing("service_unavailable")});
  auto const one = client();
  one->say("HEAD /itau/ HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/bb/"));
  EXPECT_THAT(hear_message(*one, true).first_line(), HasSubstr("503"));
  EXPECT_EQ(hear_message(*one).body, "\"/bb/\"");
}

TEST_F(GatewayFaults, S17_ABankThatWasNotNamedIsNotTouched) {
  start_echo();
  arm({connection(way::reset)});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ask(get("/bb/a")).body, "\"/bb/a\"");
    EXPECT_EQ(ask(get("/other/")).body, "\"/other/\"");
  }
  for (auto const& e : reports(20)) EXPECT_TRUE(e.touched_by.empty());
}

TEST_F(GatewayFaults, AResetIsSeenAsAReset) {
  start_echo();
  arm({connection(way::reset)});
  auto const one = client();
  one->say(get("/itau/a"));
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(one->ended(), asio::error::connection_reset);
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::network);
  EXPECT_EQ(all[0].status, 0u);
  EXPECT_TRUE(all[0].injected);
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayFaults, ARefusalIsSeenAsAnEndWithoutAnAnswer) {
  start_echo();
  arm({connection(way::refuse)});
  for (auto const& request : {get("/itau/a"), post("/itau/a", std::string(100000, 'x'))}) {
    auto const one = client();
    one->say(request);
    EXPECT_EQ(one->hear_all(), "");
    EXPECT_EQ(one->ended(), asio::error::eof);  // goodbye and FIN; a reset would say so
  }
  auto const all = reports(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all[0].injected && all[1].injected);
}

TEST_F(GatewayFaults, S3_AClearedFaultFreesEveryRequestItHolds) {
  start_echo();
  arm({latency(30min)});
  std::vector<std::unique_ptr<wire>> waiting;
  for (int i = 0; i < 50; ++i) {
    waiting.push_back(client());
    waiting.back()->say(get("/itau/" + std::to_string(i)));
  }
  ASSERT_TRUE(held_in_flight(50));
  kill();
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(hear_message(*waiting[i]).body, "\"/itau/" + std::to_string(i) + "\"");
  auto const all = reports(50);
  EXPECT_EQ(all.size(), 50u);
  for (auto const& e : all) EXPECT_EQ(e.result, outcome::ok);
}

TEST_F(GatewayFaults, AWriteWhoseAnswerIsLostAfterTheBankDidItIsReportedSoAndKnownWhenItComesAgain) {
  start_echo();
  auto const one = client();
  auto const ask_twice = [&](std::string const& headers) {
    for (int i = 0; i < 2; ++i) {
      one->say("POST /itau/links HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: 0\r\n\r\n");
      hear_message(*one);
    }
  };
  ask_twice("");
  faults::armed_fault late;
  late.what = failing("service_unavailable");
  late.when = faults::side_of_upstream::after_upstream;
  arm_as({late});
  ask_twice("");
  ask_twice("Idempotency-Key: 1\r\n");
  auto const all = reports(6);
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(upstream->asked().size(), 6u);  // the bank did all of it
  for (auto const i : {0u, 1u}) EXPECT_FALSE(all[i].answer_lost);
  for (auto const i : {2u, 3u}) EXPECT_TRUE(all[i].answer_lost);
  for (auto const i : {1u, 2u, 3u}) EXPECT_EQ(all[i].write, all[0].write);
  EXPECT_NE(all[0].write, 0u);
  for (auto const i : {4u, 5u}) EXPECT_EQ(all[i].write, 0u);
}

TEST_F(GatewayFaults, LeavesAloneAndCountsWhatIsAboveTheLimitOfRequestsUnderAFaultAtOnce) {
  settings.max_active_faults = 2;
  start_echo();
  arm({latency(30min)});
  auto const one = client(), two = client(), three = client();
  one->say(get("/itau/1"));
  two->say(get("/itau/2"));
  ASSERT_TRUE(held_in_flight(2));
  three->say(get("/itau/3"));
  EXPECT_EQ(hear_message(*three).body, "\"/itau/3\"");
  EXPECT_EQ(proxy->counts().faults_active, 2u);
  EXPECT_EQ(proxy->counts().faults_overflowed, 1u);
  kill();
  hear_message(*one);
  hear_message(*two);
  arm({latency(1ms)});
  three->say(get("/itau/4"));  // the places of those that ended are free again
  hear_message(*three);
  auto const all = reports(4);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_TRUE(all[2].touched_by.empty());
  EXPECT_FALSE(all[2].decided);
  EXPECT_EQ(all[3].touched_by.size(), 1u);
  EXPECT_EQ(proxy->counts().faults_active, 0u);
}

TEST_F(GatewayFaults, S2_AHeldErrorIsNotGivenOnceItsFaultIsCleared) {
  start_echo();
  arm({latency(30min), failing("service_unavailable")});
  auto const one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  kill();
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
}

TEST_F(GatewayFaults, S2_ALeaseThatEndsFreesTheRequestWithoutAnybodysHelp) {
  start_echo();
  arm({latency(30min)}, "itau", 400ms);
  auto const one = client();
  one->say(get("/itau/a"));
  EXPECT_TRUE(held_in_flight(1));
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
  EXPECT_EQ(ask(get("/itau/b")).body, "\"/itau/b\"");
  EXPECT_TRUE(reports(2).at(1).touched_by.empty());
}

TEST_F(GatewayFaults, ARenewedLeaseGoesOnHolding) {
  start_echo();
  auto set = std::make_shared<faults::armed_set>();
  faults::armed_fault fault;
  fault.id = 9;
  fault.what = latency(1s);
  fault.where.institutions = {"itau"};
  fault.expires = std::chrono::steady_clock::now() + 500ms;
  set->faults = {fault};
  set->epoch = 1;
  proxy->publish(set);
  auto const one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  auto renewed = std::make_shared<faults::armed_set>(*set);
  renewed->faults[0].expires += 1h;
  renewed->epoch = 2;
  proxy->publish(renewed);
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
  auto const all = reports(1);
  EXPECT_GE(all.at(0).ended - all.at(0).arrived, 1s);  // held to its end although the first lease was shorter
}

TEST_F(GatewayFaults, S13_AnOlderSnapshotIsIgnored) {
  start_echo();
  kill();
  kill();
  epoch = 0;
  arm({failing("service_unavailable")});  // epoch 1, delivered late
  EXPECT_EQ(ask(get("/itau/a")).body, "\"/itau/a\"");
}

TEST_F(GatewayFaults, AClientThatLeavesWhileHeldIsTheFaultsDoing) {
  start_echo();
  arm({latency(30min)});
  auto one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  one.reset();
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::client_gave_up);
  EXPECT_TRUE(all[0].injected);
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayFaults, S5_NothingIsFaultedForAHostThatIsNotOurs) {
  start_echo();
  arm({failing("service_unavailable")});
  for (auto const* host : {"api.belvo.com", "evil.example:443", "localhost.evil.example", "127.0.0.2", "[::2]"}) {
    auto const got = ask("GET /itau/ HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
    EXPECT_EQ(got.first_line(), "HTTP/1.1 421 Misdirected Request") << host;
    EXPECT_EQ(got.header("X-Vendaval-Fault"), "");
    EXPECT_EQ(ask("GET https://" + std::string(host) + "/itau/ HTTP/1.1\r\nHost: localhost\r\n\r\n").first_line(),
              "HTTP/1.1 421 Misdirected Request")
        << host;
  }
  EXPECT_TRUE(upstream->asked().empty());
  EXPECT_EQ(proxy->counts().refused_hosts, 10u);
}

TEST_F(GatewayFaults, S24_ADialectThatThrowsLetsTheRequestPassAndIsCounted) {
  struct broken final : dialects::dialect {
    std::unique_ptr<dialect> sound = dialects::make_dialect("plain", {});
    bool wants_body(dialects::request_view const&) const override { return false; }
    dialects::target read(dialects::request_view const&) override { throw std::runtime_error("confused"); }
    dialects::judgement judge(dialects::request_view const&, dialects::response_view const&) const override {
      throw std::runtime_error("confused");
    }
    void remember(std::span<dialects::learned const>) override {}
    std::optional<std::string> rewrite(std::string_view, std::string_view, std::string_view) const override {
      throw std::runtime_error("confused");
    }
    std::optional<faults::plan::answer> error(std::string_view, std::string_view) const override { return {}; }
    std::vector<std::string> error_codes() const override { return {}; }
    weight weigh(outcome o, unsigned status) const override { return sound->weigh(o, status); }
  };
  settings.make_dialect = [] { return std::make_unique<broken>(); };
  start_echo();
  EXPECT_EQ(ask(get("/itau/a")).body, "\"/itau/a\"");
  EXPECT_GE(proxy->counts().pass_through, 1u);
}

}  // namespace
}  // namespace vendaval::test
