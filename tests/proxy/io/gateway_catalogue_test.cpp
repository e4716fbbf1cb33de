// Every kind of fault on the wire, against a real client. Nothing here measures how fast something was.
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using namespace faults;
using testing::HasSubstr;
using testing::StartsWith;

class GatewayCatalogue : public GatewayTest {
 protected:
  static armed_fault late(fault what) {  // on the answer
    armed_fault one;
    one.what = std::move(what);
    one.when = side_of_upstream::after_upstream;
    return one;
  }
  static fault answer_fault() {
    faults::answer one;
    one.status = 418;
    one.content_type = "text/plain";
    one.body = "chá";
    one.headers = {"X-Tea: green"};
    return one;
  }
  /// A bank whose every answer has this body.
  void start_with(std::string body, std::string type = "application/json") {
    start([body, type](wire& to, message) { to.say(answer(body, type)); });
  }
  void start_chunked(std::vector<std::string> pieces) {
    start([pieces](wire& to, message) {
      to.say("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (auto const& piece : pieces) to.say(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece));
      to.say("0\r\n\r\n");
    });
  }
};

TEST_F(GatewayCatalogue, AnAnswerOfAnyKindTakesThePlaceOfTheBanks) {
  start_echo();
  arm({answer_fault()});
  auto const got = ask(get("/itau/a"));
  EXPECT_THAT(got.first_line(), StartsWith("HTTP/1.1 418 "));
  EXPECT_EQ(got.header("Content-Type"), "text/plain");
  EXPECT_EQ(got.header("X-Tea"), "green");
  EXPECT_EQ(got.body, "chá");
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayCatalogue, AnErrorAfterTheUpstreamLetsTheBankDoItsWorkFirst) {
  start_echo();
  arm_as({late(failing("service_unavailable"))});
  EXPECT_THAT(ask(post("/itau/a", "{}")).first_line(), HasSubstr(" 503 "));
  EXPECT_EQ(upstream->asked().size(), 1u);
  auto const all = reports(1);
  EXPECT_TRUE(all.at(0).injected);
}

TEST_F(GatewayCatalogue, AnAnswerIsLostAfterTheBankHasCommitted) {
  start_echo();
  arm_as({late(faults::connection{faults::connection::way::reset})});
  auto const one = client();
  one->say(post("/itau/a", "{}"));
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(one->ended(), asio::error::connection_reset);
  EXPECT_EQ(upstream->asked().size(), 1u);
}

TEST_F(GatewayCatalogue, AHangEndsWithItsFaultAndTheRequestGoesOn) {
  start_echo();
  arm({hang{}});
  auto const one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  EXPECT_TRUE(upstream->asked().empty());
  kill();
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
}

TEST_F(GatewayCatalogue, AHangAfterTheUpstreamKeepsTheAnswerBack) {
  start_echo();
  arm_as({late(hang{})});
  auto const one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  EXPECT_EQ(upstream->asked().size(), 1u);
  kill();
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
}

struct ending {
  faults::connection::way mode;
  boost::system::error_code seen;
};
class GatewayEndings : public GatewayCatalogue, public testing::WithParamInterface<ending> {};
TEST_P(GatewayEndings, BeforeTheAnswerNothingIsHeardAndTheEndIsAsTold) {
  start_echo();
  arm({faults::connection{GetParam().mode}});
  auto const one = client();
  one->say(get("/itau/a"));
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(one->ended(), GetParam().seen);
}
TEST_P(GatewayEndings, AfterTheAnswerItIsHeardWholeFirst) {
  start_echo();
  arm({faults::connection{GetParam().mode, faults::connection::moment::after_answer}});
  auto const one = client();
  one->say(get("/itau/a"));
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(one->ended(), GetParam().seen);
}
INSTANTIATE_TEST_SUITE_P(Rows, GatewayEndings,
                         testing::Values(ending{faults::connection::way::refuse, asio::error::eof},
                                         ending{faults::connection::way::bare_close,
                                                asio::ssl::error::stream_truncated},
                                         ending{faults::connection::way::reset, asio::error::connection_reset}));

TEST_F(GatewayCatalogue, AVanishedHostSaysNothingUntilItsFaultIsLifted) {
  start_echo();
  arm({faults::connection{faults::connection::way::vanish}});
  auto const one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  kill();
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(one->ended(), asio::error::connection_reset);
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayCatalogue, ATruncatedAnswerPromisesMoreThanItGives) {
  start_with(std::string(4000, 'x'));
  arm({truncate{.after = {1000}}});
  auto const one = client();
  one->say(get("/itau/a"));
  auto const all = one->hear_all();
  EXPECT_THAT(all, HasSubstr("Content-Length: 4000\r\n"));
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 1000u);
  EXPECT_EQ(one->ended(), asio::error::eof);
  EXPECT_TRUE(reports(1).at(0).injected);
}

TEST_F(GatewayCatalogue, AChunkedAnswerIsCutInItsContentWithoutALastChunk) {
  start_chunked({std::string(600, 'y'), std::string(600, 'z')});
  arm({truncate{.after = {700}, .then = truncate::ending::reset}});
  auto const one = client();
  one->say(get("/itau/a"));
  auto const all = one->hear_all();
  EXPECT_EQ(std::ranges::count(all.substr(all.find("\r\n\r\n")), 'z'), 100);
  EXPECT_EQ(all.find("\r\n0\r\n"), std::string::npos);
}

TEST_F(GatewayCatalogue, AStallFallsSilentAndGoesOnWhenItsFaultIsLifted) {
  start_with(std::string(4000, 'x'));
  arm({truncate{.after = {1000}, .then = truncate::ending::stall}});
  auto const one = client();
  one->say(get("/itau/a"));
  ASSERT_TRUE(held_in_flight(1));
  kill();
  EXPECT_EQ(hear_message(*one).body, std::string(4000, 'x'));
}

TEST_F(GatewayCatalogue, ASlicedAnswerLosesNothing) {
  std::string body;
  for (int i = 0; i < 2000; ++i) body += static_cast<char>('a' + i % 26);
  start_with(body);
  arm({slicer{.size = {100}, .spread = {50}, .gap = 1ms}});
  EXPECT_EQ(ask(get("/itau/a")).body, body);
}

TEST_F(GatewayCatalogue, ASlowAnswerIsNeverEarly) {
  start_with(std::string(3000, 'x'));
  arm({bandwidth{{10'000}}});
  EXPECT_EQ(ask(get("/itau/a")).body.size(), 3000u);
  auto const all = reports(1);
  EXPECT_GE(all.at(0).ended - all.at(0).first_byte, 300ms);
}

TEST_F(GatewayCatalogue, ADribblingAnswerTakesItsTime) {
  start_with(std::string(3000, 'x'));
  arm({dribble{250ms}});
  EXPECT_EQ(ask(get("/itau/a")).body.size(), 3000u);
  auto const all = reports(1);
  EXPECT_GE(all.at(0).ended - all.at(0).first_byte, 250ms);
}

TEST_F(GatewayCatalogue, ACorruptAnswerKeepsItsLengthAndFraming) {
  start_chunked({std::string(500, 'x'), std::string(500, 'x')});
  arm({corrupt{{20}}});
  auto const got = ask(get("/itau/a"));
  EXPECT_EQ(got.body.size(), 1000u);
  EXPECT_NEAR(static_cast<double>(1000 - std::ranges::count(got.body, 'x')), 200, 60);
}

TEST_F(GatewayCatalogue, AConnectionDiesOfAgeHoweverBusyItIs) {
  start_with(std::string(3000, 'x'));
  arm({lifetime{50ms}, bandwidth{{1000}}});
  auto const one = client();
  one->say(get("/itau/a"));
  EXPECT_LT(one->hear_all().size(), 3000u);
  EXPECT_EQ(one->ended(), asio::error::connection_reset);
  EXPECT_TRUE(reports(1).at(0).injected);
}

TEST_F(GatewayCatalogue, WrongDataStaysWellFormed) {
  start_with(R"({"results":[{"balance":10},{"balance":20}]})");
  arm({data{.change = data::what::set, .at = "/results/-/balance", .value = "0"}});
  auto const got = ask(get("/itau/a"));
  EXPECT_EQ(got.body, R"({"results":[{"balance":0},{"balance":0}]})");
  EXPECT_EQ(got.header("X-Vendaval-Fault"), "drill/fault-1");
  EXPECT_EQ(got.header("Content-Length"), std::to_string(got.body.size()));
}

TEST_F(GatewayCatalogue, AnExpiredCredentialIsRefusedUntilAnotherIsShown) {
  start_echo();
  token expired;
  expired.answer = "unauthorized";
  arm({expired});
  auto const with = [this](std::string const& credential) {
    return ask(get("/itau/a", "Authorization: Bearer " + credential + "\r\n")).first_line();
  };
  EXPECT_THAT(with("old"), HasSubstr(" 401 "));
  EXPECT_THAT(with("old"), HasSubstr(" 401 "));
  EXPECT_THAT(with("new"), HasSubstr(" 200 "));
}

TEST_F(GatewayCatalogue, S1_AnExpiredLeaseLeavesTheWayBackAlone) {
  std::latch asked(1), go(1);
  start([&](wire& to, message request) {
    asked.count_down();
    go.wait();
    to.say(answer("\"" + request.target() + "\""));
  });
  arm_as({late(failing("service_unavailable"))});
  auto const one = client();
  one->say(get("/itau/a"));
  asked.wait();
  kill();  // while the bank works
  go.count_down();
  EXPECT_EQ(hear_message(*one).body, "\"/itau/a\"");
}

}  // namespace
}  // namespace vendaval::test
