// Clients that break the rules of HTTP, by mistake or on purpose.
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using GatewayHostile = GatewayTest;
using count = std::pair<std::string_view, std::uint64_t>;

TEST_F(GatewayHostile, AMalformedRequestGetsAReasonAndTheConnectionCloses) {
  start_echo();
  struct row {
    char const* bytes;
    char const* line;
  };
  for (auto const& [bytes, line] : {
           row{"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
           row{"GET / HTTP/1.1\nHost: localhost\n\n", "HTTP/1.1 400 Bad Request"},
           row{"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n", "HTTP/1.1 400 Bad Request"},
           row{"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
               "HTTP/1.1 400 Bad Request"},
           row{"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 Not Implemented"},
           row{"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 501 Not Implemented"},
           row{"GET / HTTP/3.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"},
       }) {
    auto const one = client();
    one->say(bytes + get("/itau/smuggled"));
    auto const got = hear_message(*one);
    EXPECT_EQ(got.first_line(), line) << bytes;
    EXPECT_EQ(got.header("Connection"), "close");
    EXPECT_THAT(got.body, StartsWith(std::string(line).substr(9)));
    EXPECT_EQ(one->hear_all(), "") << bytes;
  }
  EXPECT_TRUE(upstream->asked().empty());
  auto const all = reports(7);
  ASSERT_EQ(all.size(), 7u);
  for (auto const& e : all) EXPECT_EQ(e.result, outcome::client_error);
  for (auto const& e : all) EXPECT_EQ(e.counts, weight::neither);
  EXPECT_THAT(proxy->counts().requests_refused,
              testing::UnorderedElementsAre(count("host", 1), count("line_end", 1), count("field_line", 1),
                                            count("framing_conflict", 1), count("coding", 1), count("method", 1),
                                            count("version", 1)));
}

TEST_F(GatewayHostile, EveryRefusalIsCountedByItsReasonOnce) {
  settings.limits.body_size = bytes{1000};
  start_echo();
  std::string const chunked = "POST /itau/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (auto const& request :
       {get("/itau/", "Expect: coffee\r\n"), get("/itau/", "Via: 1.1 vendaval\r\n"), chunked + "zz\r\n",
        post("/itau/", std::string(1001, 'x')), chunked + ("400\r\n" + std::string(1024, 'x') + "\r\n0\r\n\r\n"),
        std::string("GET /itau/ HTTP/1.1\r\nHost: elsewhere\r\n\r\n"), get("/itau/")})
    ask(request);
  EXPECT_THAT(proxy->counts().requests_refused,
              testing::UnorderedElementsAre(count("expectation", 1), count("loop", 1), count("chunk", 1),
                                            count("body_too_large", 2)));
  EXPECT_EQ(proxy->counts().refused_hosts, 1u);
}

TEST_F(GatewayHostile, AHeadTooLargeIsRefusedEvenWhileTheClientStillSends) {
  start_echo();
  auto const one = client();
  one->say("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(200000, 'a'));
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(GatewayHostile, AMalformedChunkIsNeverForwarded) {
  start_echo();
  auto const one = client();
  one->say("POST /itau/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX\r\n0\r\n\r\n");
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayHostile, AMalformedChunkInABodyThatIsHeldIsRefusedToo) {
  settings.make_dialect = [] { return dialects::make_dialect("belvo", {}); };
  start_echo();
  auto const one = client();
  one->say(
      "POST /api/links/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 400 Bad Request");
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayHostile, ABodyLargerThanTheInspectionLimitStillPassesWhole) {
  settings.make_dialect = [] { return dialects::make_dialect("belvo", {}); };
  settings.limits.inspect = bytes{4096};
  start([](wire& to, message request) { to.say(answer(std::to_string(request.body.size()))); });
  std::string const large(50000, 'x');
  EXPECT_EQ(ask(post("/api/links/", large)).body, "50000");
  EXPECT_EQ(ask("POST /api/links/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                "Transfer-Encoding: chunked\r\n\r\nc350\r\n" +
                large + "\r\n0\r\n\r\n")
                .body,
            "50000");
}

TEST_F(GatewayHostile, ARequestThatTricklesInIsAnsweredAllTheSame) {
  start([](wire& to, message request) { to.say(answer("\"" + request.body + "\"")); });
  auto const one = client();
  for (char const c : post("/itau/", "hello")) one->say({&c, 1});
  EXPECT_EQ(hear_message(*one).body, "\"hello\"");
}

TEST_F(GatewayHostile, PlainHttpOnTheTlsPortIsClosed) {
  start_echo();
  auto const one = tcp_client();
  one->say(get("/itau/"));
  EXPECT_EQ(one->hear_until("HTTP/1.1 200").find("HTTP/1.1 200"), std::string::npos);
}

TEST_F(GatewayHostile, AnAbandonedUploadIsReportedAsTheClientsDoing) {
  start_echo();
  {
    auto const one = client();
    one->say("POST /itau/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
    EXPECT_TRUE(seen_in_flight([](auto const& all) { return all.size() == 1; }));
  }
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::client_gave_up);
}

TEST_F(GatewayHostile, AnEarlyAnswerToAnUploadReachesTheClient) {
  start([](wire& to, message) { to.say(answer("{}")); });
  // The bank reads all of it here; what matters is the fault's early answer below.
  arm({failing("service_unavailable")});
  auto const one = client();
  one->say("POST /itau/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n");
  auto const got = hear_message(*one);
  EXPECT_THAT(got.first_line(), HasSubstr("503"));
  EXPECT_EQ(got.header("Connection"), "close");
  EXPECT_EQ(one->hear_all(), "");
}

}  // namespace
}  // namespace vendaval::test
