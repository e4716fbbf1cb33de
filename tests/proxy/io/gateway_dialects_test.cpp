#include "tests/proxy/framing/compress.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string const itau_link = "6a8b2c1e-1111-4aaa-8bbb-000000000001", bb_link = "6a8b2c1e-2222-4aaa-8bbb-000000000002",
                  new_link = "6a8b2c1e-3333-4aaa-8bbb-000000000003";
std::string json_with(std::string_view key, std::string_view value) {
  return "{\"" + std::string(key) + "\":\"" + std::string(value) + "\"}";
}
std::string encoded(std::string const& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// The rig with Belvo behind it in place of banks told apart by path.
class DialectGateway : public GatewayTest {
 protected:
  DialectGateway() {
    settings.threads = 1;
    belvo.links = {{itau_link, "itau"}, {bb_link, "bb"}};
  }
  void start_belvo(bank::script answers) {
    settings.make_dialect = [this] { return dialects::make_dialect("belvo", belvo); };
    start(std::move(answers));
  }
  void start_saying(std::string const& whole_answer) {
    start_belvo([whole_answer](wire& to, message) { to.say(whole_answer); });
  }
  std::string upstream_origin() const { return settings.upstream.url; }

  dialects::dialect_settings belvo;
};

TEST_F(DialectGateway, ReadsAGzipAnswerAndSendsWhatItChangedUncompressed) {
  start_belvo([this](wire& to, message) {
    to.say(encoded(compressed(R"({"next":")" + upstream_origin() + R"(/api/links/?page=2","results":[{"id":")" +
                                  new_link + R"(","institution":"ofcaixa_br_retail"}]})",
                              gzip_format)));
  });
  auto const got = ask(get("/api/links/"));
  EXPECT_THAT(got.body, HasSubstr(R"({"next":"https://localhost/api/links/?page=2")"));
  EXPECT_EQ(got.header("Content-Encoding"), "");
  ask(get("/api/links/" + new_link + "/"));
  auto const seen = reports(2);
  EXPECT_EQ(seen.at(1).institution, "caixa");
}

TEST_F(DialectGateway, PassesAGzipAnswerThatNeedsNoChangeAsItCame) {
  auto const body = compressed(R"([{"code":"institution_down"}])", gzip_format);
  auto whole = encoded(body);
  whole.replace(9, 6, "400 No");
  start_saying(whole);
  auto const got = ask(get("/api/accounts/?link=" + itau_link));
  EXPECT_EQ(got.body, body);
  EXPECT_EQ(got.header("Content-Encoding"), "gzip");
  EXPECT_EQ(reports(1).at(0).result, outcome::institution_down);
}

TEST_F(DialectGateway, CountsABodyThatIsNotGzipAsInvalidAndPassesItOn) {
  start_saying(encoded("<html>"));
  EXPECT_EQ(ask(get("/api/accounts/?link=" + itau_link)).body, "<html>");
  EXPECT_EQ(reports(1).at(0).result, outcome::invalid_body);
}

TEST_F(DialectGateway, DoesNotUnpackMoreThanItMayInspect) {
  auto const bomb = compressed(std::string(8 << 20, ' '), gzip_format);
  start_saying(encoded(bomb));
  EXPECT_EQ(ask(get("/api/accounts/?link=" + itau_link)).body, bomb);
  EXPECT_EQ(reports(1).at(0).result, outcome::ok);
}

TEST_F(DialectGateway, ReadsTheBankInAGzipRequestAndForwardsItAsItCame) {
  start_saying(answer("{}"));
  auto const body = compressed(json_with("link", itau_link), gzip_format);
  ask(post("/api/accounts/", body, "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(upstream->asked().at(0).body, body);
  EXPECT_EQ(upstream->asked().at(0).header("Content-Encoding"), "gzip");
  EXPECT_EQ(reports(1).at(0).institution, "itau");
}

TEST_F(DialectGateway, LeavesABrokenBankOutOfAListOfSeveral) {
  belvo.lists = dialects::multi_bank::drop_results;
  auto const item = [](std::string const& link) { return json_with("link", link); };
  auto const both = R"({"count":2,"results":[)" + item(itau_link) + ", " + item(bb_link) + "]}";
  start_saying(answer(both));
  auto const target = "/api/accounts/?link__in=" + itau_link + "," + bb_link;
  EXPECT_EQ(ask(get(target)).body, both);
  arm({failing("institution_down")});
  auto const got = ask(get(target));
  EXPECT_EQ(got.body, R"({"count":2,"results":[)" + item(bb_link) + "]}");
  EXPECT_EQ(got.header("X-Vendaval-Fault"), "drill/fault-1");
  kill();
  EXPECT_EQ(ask(get(target)).body, both);
  auto const seen = reports(3);
  EXPECT_THAT(seen.at(0).touched_by, ElementsAre());
  EXPECT_THAT(seen.at(1).touched_by, ElementsAre(1u));
  EXPECT_FALSE(seen.at(1).injected) << "the bank's answer was good";
}

TEST_F(DialectGateway, ShowsABrokenBankAsDownInTheListOfBanks) {
  auto const list = [](std::string const& of_itau) {
    return R"({"results":[{"id":1,"name":"ofitau_br_retail","status":")" + of_itau +
           R"("}, {"id":2,"name":"ofbancodobrasil_br_retail","status":"healthy"}]})";
  };
  start_saying(answer(list("healthy")));
  EXPECT_EQ(ask(get("/api/institutions/")).body, list("healthy"));
  arm({failing("institution_down"), faults::listed{}});
  auto const got = ask(get("/api/institutions/?page=1"));
  EXPECT_EQ(got.body, list("down"));
  EXPECT_EQ(got.header("X-Vendaval-Fault"), "drill/fault-2");
  EXPECT_EQ(ask(get("/api/accounts/")).body, list("healthy")) << "a list of something else";
  kill();
  EXPECT_EQ(ask(get("/api/institutions/")).body, list("healthy"));
  auto const seen = reports(4);
  EXPECT_THAT(seen.at(1).touched_by, ElementsAre(2u));
  EXPECT_FALSE(seen.at(1).injected) << "the bank's answer was good";
  EXPECT_THAT(seen.at(2).touched_by, ElementsAre());
}

/// A Belvo that knows one link more than we do, if it is asked by somebody with credentials.
bank::script knows_a_new_link() {
  return [](wire& to, message request) {
    bool const asked =
        request.target() == "/api/links/" + new_link + "/" && request.header("Authorization") == "Basic eDp5";
    to.say(asked ? answer(R"({"id":")" + new_link + R"(","institution":"ofcaixa_br_retail"})")
                 : answer("[]", "application/json", 404));
  };
}

TEST_F(DialectGateway, AsksOnceWhoseAnUnknownLinkIs) {
  belvo.ask_for_links = true;
  start_belvo(knows_a_new_link());
  for (int i = 0; i < 3; ++i) ask(get("/api/accounts/?link=" + new_link, "Authorization: Basic eDp5\r\n"));
  EXPECT_EQ(upstream->asked().size(), 4u) << "three requests and one question";
  for (auto const& seen : reports(3)) EXPECT_EQ(seen.institution, "caixa");
}

TEST_F(DialectGateway, RemembersThatALinkIsNotToBeFound) {
  belvo.ask_for_links = true;
  start_belvo([](wire& to, message) { to.say(answer("[]", "application/json", 404)); });
  for (int i = 0; i < 3; ++i) ask(get("/api/accounts/?link=" + new_link, "Authorization: Basic eDp5\r\n"));
  EXPECT_EQ(upstream->asked().size(), 4u);
  for (auto const& seen : reports(3)) EXPECT_EQ(seen.institution, "unknown");
}

TEST_F(DialectGateway, AsksNothingUnlessToldToAndGivenCredentials) {
  start_belvo(knows_a_new_link());
  ask(get("/api/accounts/?link=" + new_link, "Authorization: Basic eDp5\r\n"));
  EXPECT_EQ(upstream->asked().size(), 1u);
  belvo.ask_for_links = true;
  start_belvo(knows_a_new_link());
  ask(get("/api/accounts/?link=" + new_link));
  EXPECT_EQ(upstream->asked().size(), 1u);
}

TEST_F(DialectGateway, GoesOnWithoutAnAnswerToItsQuestion) {
  belvo.ask_for_links = true;
  settings.limits.question = 100ms;
  start_belvo([](wire& to, message request) {
    if (request.target().starts_with("/api/links/")) return (void)to.hear_all();
    to.say(answer("{}"));
  });
  EXPECT_EQ(ask(get("/api/accounts/?link=" + new_link, "Authorization: Basic eDp5\r\n")).body, "{}");
  EXPECT_EQ(reports(1).at(0).institution, "unknown");
}

TEST_F(DialectGateway, EchoesTheInteractionIdInAnAnswerThatAFaultMade) {
  dialects::dialect_settings places;
  places.places = {{"itau", "", "/itau/"}};
  settings.make_dialect = [places] { return dialects::make_dialect("open_finance", places); };
  start_echo();
  arm({failing("SITE_IS_OVERLOADED")});
  auto const got = ask(get("/itau/open-banking/accounts/v2/accounts", "x-fapi-interaction-id: " + itau_link + "\r\n"));
  EXPECT_THAT(got.first_line(), testing::StartsWith("HTTP/1.1 529"));
  EXPECT_EQ(got.header("x-fapi-interaction-id"), itau_link);
  auto const seen = reports(1);
  EXPECT_EQ(seen.at(0).code, "SITE_IS_OVERLOADED");
  EXPECT_TRUE(seen.at(0).injected);
}

TEST_F(DialectGateway, ReportsACodeThatNobodyKnowsAsOther) {
  start_belvo([](wire& to, message) {
    auto const body = std::string(R"([{"code":"made_up_yesterday","message":"CPF 123"}])");
    to.say("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body);
  });
  ask(get("/api/accounts/?link=" + itau_link));
  EXPECT_EQ(reports(1).at(0).code, "other");
}

TEST_F(DialectGateway, SaysWhenABankDoesNotEchoTheInteractionId) {
  dialects::dialect_settings places;
  places.places = {{"itau", "", "/itau/"}};
  settings.make_dialect = [places] { return dialects::make_dialect("open_finance", places); };
  start_echo();
  ask(get("/itau/open-banking/accounts/v2/accounts", "x-fapi-interaction-id: " + itau_link + "\r\n"));
  EXPECT_EQ(upstream->asked().at(0).header("x-fapi-interaction-id"), itau_link);
  EXPECT_EQ(reports(1).at(0).code, "INTERACTION_ID_MISSING");
}

}  // namespace
}  // namespace vendaval::test
