// "Expect: 100-continue" from one end to the other (RFC 9110, section 10.1.1).
#include "tests/proxy/io/raw_bank.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view done = "HTTP/1.1 200 Said\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

class GatewayExpect : public GatewayTest {
 protected:
  /// Only what happens ends a wait, not a limit.
  GatewayExpect() {
    settings.threads = 1;
    settings.limits.continue_wait = 60s;
  }
  /// A client that has said the head of an upload, and waits.
  std::unique_ptr<wire> expecting(std::string const& method = "POST", std::string const& path = "/itau/",
                                  std::string const& lines = "Content-Length: 5\r\n") {
    auto one = client();
    one->say(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "Expect: 100-continue\r\n\r\n");
    return one;
  }
};

TEST_F(GatewayExpect, TheUpstreamsOwnWordReachesTheClientAndThenTheBodyGoesUp) {
  std::vector<std::pair<std::string, std::string>> const uploads{
      {"Content-Length: 5\r\n", "hello"}, {"Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"}};
  raw_bank bank([&](wire& from) {
    for (auto const& [framing, body] : uploads) {  // both over one connection, which stays fit for use
      EXPECT_THAT(from.hear_until("\r\n\r\n"), HasSubstr("\r\nExpect: 100-continue\r\n" + framing));
      from.say("HTTP/1.1 100 Go On\r\nX-Word: its own\r\n\r\n");
      EXPECT_EQ(from.hear(body.size()), body);
      from.say(answer("{}"));
    }
  });
  start_before(bank.port(), "http");
  for (auto const& [framing, body] : uploads) {
    auto const one = expecting("POST", "/itau/", framing);
    EXPECT_EQ(one->hear_until("\r\n\r\n"), "HTTP/1.1 100 Go On\r\nX-Word: its own\r\nVia: 1.1 vendaval\r\n\r\n");
    one->say(body);
    EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
  }
}

TEST_F(GatewayExpect, AnEarlyFinalAnswerSparesTheUploadAndItsConnectionIsNotUsedAgain) {
  std::atomic<int> status = 0, refused = 0;
  raw_bank strict([&](wire& from) {
    if (from.hear_until("\r\n\r\n").starts_with("GET")) return void(from.say(done));
    from.say(answer("\"no\"", "application/json", status));
    EXPECT_EQ(from.hear_all(), "") << "neither the body nor another request";
    ++refused;
  });
  start_before(strict.port(), "http");
  for (int const one_of : {401, 413, 417}) {
    status = one_of;
    auto const one = expecting();
    auto const got = hear_message(*one);
    EXPECT_EQ(got.first_line(), "HTTP/1.1 " + std::to_string(one_of) + " Said");
    EXPECT_EQ(got.header("Connection"), "close") << "else the next request would be read as the body";
    EXPECT_EQ(got.body, "\"no\"");
    EXPECT_EQ(one->hear_all(), "");
    EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 200 Said");
  }
  EXPECT_EQ(refused, 3);
}

TEST_F(GatewayExpect, AnUpstreamThatKnowsNoExpectGetsTheBodyAllTheSame) {
  settings.limits.continue_wait = 100ms;
  start([](wire& to, message request) { to.say(std::string(go_on) + answer("\"" + request.body + "\"")); });
  auto const one = expecting();
  EXPECT_EQ(one->hear_until("\r\n\r\n"), go_on) << "ours";
  one->say("hello");
  EXPECT_EQ(hear_message(*one).body, "\"hello\"") << "and its own, which comes too late, is not a second one";
  EXPECT_EQ(upstream->asked().at(0).header("Expect"), "100-continue");
}

TEST_F(GatewayExpect, AClientThatDoesNotWaitIsNotWaitedWith) {
  std::latch head_came(1);
  raw_bank bank([&](wire& from) {
    from.hear_until("\r\n\r\n");
    head_came.count_down();
    from.say(answer("\"" + from.hear(5) + "\""));
  });
  start_before(bank.port(), "http");
  auto const one = expecting();
  head_came.wait();
  one->say("hello");
  auto const got = hear_message(*one);
  EXPECT_EQ(got.first_line(), "HTTP/1.1 200 Said") << "without an invitation";
  EXPECT_EQ(got.body, "\"hello\"");
}

TEST_F(GatewayExpect, ABodyThatComesWithItsHeadExpectsNothing) {
  start([](wire& to, message request) { to.say(answer("\"" + request.body + "\"")); });
  EXPECT_EQ(ask(post("/itau/", "hello", "Expect: 100-continue\r\n")).body, "\"hello\"");
  EXPECT_EQ(upstream->asked().at(0).header("Expect"), "");
}

TEST_F(GatewayExpect, ABodyThatTellsWhoseTheRequestIsIsInvitedByUs) {
  settings.make_dialect = [] { return dialects::make_dialect("belvo", {}); };
  start([](wire& to, message request) { to.say(answer("\"" + request.body + "\"")); });
  auto const one = expecting("POST", "/api/links/", "Content-Type: application/json\r\nContent-Length: 5\r\n");
  EXPECT_EQ(one->hear_until("\r\n\r\n"), go_on);
  EXPECT_TRUE(upstream->asked().empty());
  one->say("hello");
  EXPECT_EQ(hear_message(*one).body, "\"hello\"");
  EXPECT_EQ(upstream->asked().at(0).header("Expect"), "");
}

TEST_F(GatewayExpect, AClientsTimeForItsBodyBeginsWhenItMaySend) {
  settings.limits.grace = 300ms;
  settings.limits.silence = 400ms;
  settings.limits.minimum_rate = bytes{1 << 20};
  raw_bank thoughtful([](wire& from) {
    from.hear_until("\r\n\r\n");
    std::this_thread::sleep_for(1s);  // longer than any patience with a client
    from.say(go_on);
    if (from.hear(5) == "hello") from.say(done);
  });
  start_before(thoughtful.port(), "http");
  auto const prompt = expecting();
  EXPECT_THAT(prompt->hear_until("\r\n\r\n"), HasSubstr("100 Continue"));
  prompt->say("hello");
  EXPECT_EQ(hear_message(*prompt).first_line(), "HTTP/1.1 200 Said");
  auto const silent = expecting();
  EXPECT_THAT(silent->hear_until("\r\n\r\n"), HasSubstr("100 Continue"));
  EXPECT_EQ(silent->hear_all(), "");
  EXPECT_EQ(reports(2).at(1).result, outcome::client_gone);
}

TEST_F(GatewayExpect, AnUpstreamThatDiesIsAskedOnceMoreIfThatIsHarmlessBecauseTheBodyIsStillWithTheClient) {
  for (std::string const method : {"PUT", "POST"}) {
    std::atomic<int> uploads = 0;
    raw_bank mortal([&](wire& from) {
      for (auto head = from.hear_until("\r\n\r\n"); !head.empty(); head = from.hear_until("\r\n\r\n")) {
        bool const upload = !head.starts_with("GET");
        if (upload && ++uploads == 1) return from.reset();
        if (upload) from.say(go_on);
        from.say(answer("\"" + from.hear(upload ? 5 : 0) + "\""));
      }
    });
    start_before(mortal.port(), "http");
    EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 200 Said");  // leaves a connection behind
    auto const one = expecting(method);
    if (method == "PUT") {
      EXPECT_THAT(one->hear_until("\r\n\r\n"), HasSubstr("100 Continue"));
      one->say("hello");
      EXPECT_EQ(hear_message(*one).body, "\"hello\"");
    } else {
      EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 502 Bad Gateway");
    }
    EXPECT_EQ(uploads, method == "PUT" ? 2 : 1);
    proxy.reset();
  }
}

TEST_F(GatewayExpect, AClientThatLeavesBeforeItMaySendIsReportedAsGivingUp) {
  std::latch head_came(1);
  raw_bank bank([&](wire& from) {
    from.hear_until("\r\n\r\n");
    head_came.count_down();
    EXPECT_EQ(from.hear_all(), "");
  });
  start_before(bank.port(), "http");
  auto one = expecting();
  head_came.wait();
  one.reset();
  EXPECT_EQ(reports(1).at(0).result, outcome::client_gave_up);
}

TEST_F(GatewayExpect, NothingIsExpectedOfAnUpstreamForAClientOfHttp10) {
  start([](wire& to, message request) { to.say(answer("\"" + request.body + "\"")); });
  auto const one = client();
  one->say("POST /itau/ HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(seen_in_flight([](auto const& all) { return all.size() == 1; }));
  one->say("hello");
  EXPECT_EQ(hear_message(*one).body, "\"hello\"");
  EXPECT_EQ(upstream->asked().at(0).header("Expect"), "");
}

}  // namespace
}  // namespace vendaval::test
