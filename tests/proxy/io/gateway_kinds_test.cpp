// The kinds of fault that remember, that change data, or that have many shapes: on the wire, parameter by parameter.
// The others: gateway_catalogue_test, gateway_handshake_test, webhook_relay_test.
#include <boost/json.hpp>

#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using namespace faults;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

std::string const link = "6a8b2c1e-1111-4aaa-8bbb-000000000001", other_link = "6a8b2c1e-1111-4aaa-8bbb-000000000002";

/// Banks told apart by path, or Belvo with two links of one bank.
class GatewayKinds : public GatewayTest {
 protected:
  void start_belvo() {
    settings.make_dialect = [] {
      dialects::dialect_settings belvo;
      belvo.links = {{link, "itau"}, {other_link, "itau"}};
      return dialects::make_dialect("belvo", belvo);
    };
    start_echo();
  }
  void start_with(std::string body) {
    start([body](wire& to, message) { to.say(answer(body)); });
  }
  std::string line_of(std::string const& request) { return ask(request).first_line(); }
  static std::string retrieve(std::string const& of) { return post("/api/accounts/", R"({"link":")" + of + "\"}"); }
  static std::string resume(std::string const& of) {
    auto text = post("/api/accounts/", R"({"session":"s","token":"1234","link":")" + of + "\"}");
    return "PATCH" + text.substr(4);
  }
};

TEST_F(GatewayKinds, AThrottleLetsSoManyThroughAndTellsTheOthersInItsWords) {
  start_echo();
  struct row {
    throttle::words words;
    std::string_view status, type;
  };
  for (auto const& [words, status, type] :
       {row{throttle::words::html403, " 403 ", "text/html"}, row{throttle::words::json429, " 429 ", "json"},
        row{throttle::words::json529, " 529 ", "json"}}) {
    arm({throttle{.requests = 2, .within = 1h, .answer = words}});
    EXPECT_THAT(line_of(get("/itau/1")), HasSubstr(" 200 "));
    EXPECT_THAT(line_of(get("/itau/2")), HasSubstr(" 200 "));
    auto const third = ask(get("/itau/3"));
    EXPECT_THAT(third.first_line(), HasSubstr(status));
    EXPECT_THAT(third.header("Content-Type"), HasSubstr(type));
    EXPECT_EQ(third.header("Retry-After"), "");
    EXPECT_THAT(line_of(get("/bb/1")), HasSubstr(" 200 ")) << "the other bank has its own";
  }
}

TEST_F(GatewayKinds, AThrottleSaysWhenToComeBackInEitherForm) {
  start_echo();
  throttle one{.requests = 1, .within = 1h, .window = throttle::windows::clock};
  one.retry_after = 1500ms;
  arm({one});
  ask(get("/itau/1"));
  EXPECT_EQ(ask(get("/itau/2")).header("Retry-After"), "2");
  one.retry_after_as = throttle::form::date;
  arm({one});
  ask(get("/itau/1"));
  EXPECT_THAT(ask(get("/itau/2")).header("Retry-After"), AllOf(HasSubstr(", "), EndsWith(" GMT")));
}

TEST_F(GatewayKinds, AnOverloadedBankServesAsManyAsItHasWorkersAndTurnsTheOthersAway) {
  start_echo();
  struct row {
    overload::words words;
    std::string_view status;
  };
  for (auto const& [words, status] : {row{overload::words::json503, " 503 "}, row{overload::words::json429, " 429 "},
                                      row{overload::words::json529, " 529 "}}) {
    arm({overload{.workers = 2, .service_p50 = 10min, .service_p99 = 10min, .patience = 0ms, .answer = words}});
    auto const one = client(), two = client();
    one->say(get("/itau/1"));
    two->say(get("/itau/2"));
    ASSERT_TRUE(held_in_flight(2));
    EXPECT_THAT(line_of(get("/itau/3")), HasSubstr(status));
    kill();
    EXPECT_EQ(hear_message(*one).body, "\"/itau/1\"");
    EXPECT_EQ(hear_message(*two).body, "\"/itau/2\"");
  }
}

TEST_F(GatewayKinds, WhoFindsNoFreeWorkerWaitsForOneAsLongAsItsPatienceLasts) {
  start_echo();
  arm({overload{.workers = 1, .service_p50 = 100ms, .service_p99 = 100ms, .patience = 10min}});
  auto const one = client(), two = client();
  one->say(get("/itau/1"));
  two->say(get("/itau/2"));
  hear_message(*one);
  hear_message(*two);
  auto const all = reports(2);
  EXPECT_GE(std::max(all.at(0).ended, all.at(1).ended) - all.at(0).arrived, 200ms) << "one after the other";
}

TEST_F(GatewayKinds, AQuotaIsOfEachLinkAndRoute) {
  start_belvo();
  arm({quota{.calls = 1}});
  EXPECT_THAT(line_of(retrieve(link)), HasSubstr(" 200 "));
  auto const refused = ask(retrieve(link));
  EXPECT_THAT(refused.first_line(), HasSubstr(" 400 "));
  EXPECT_THAT(refused.body, HasSubstr("operational_limits_reached"));
  EXPECT_THAT(line_of(retrieve(other_link)), HasSubstr(" 200 "));
  EXPECT_THAT(line_of(post("/api/owners/", R"({"link":")" + link + "\"}")), HasSubstr(" 200 "));
}

TEST_F(GatewayKinds, ASecondFactorIsAskedForAndTakenInTime) {
  start_belvo();
  arm({mfa{}});
  auto const challenge = ask(retrieve(link));
  EXPECT_THAT(challenge.first_line(), HasSubstr(" 428 "));
  EXPECT_THAT(challenge.body, AllOf(HasSubstr("token_required"), HasSubstr(link)));
  EXPECT_EQ(ask(resume(link)).body, "\"/api/accounts/\"");
}

TEST_F(GatewayKinds, ASecondFactorThatComesTooLateIsRefused) {
  start_belvo();
  arm({mfa{.expires = 1ns}});
  ask(retrieve(link));
  auto const late = ask(resume(link));
  EXPECT_THAT(late.first_line(), HasSubstr(" 400 "));
  EXPECT_THAT(late.body, HasSubstr("session_expired"));
  EXPECT_EQ(ask(resume(other_link)).body, "\"/api/accounts/\"") << "nobody had asked that one";
}

TEST_F(GatewayKinds, CredentialsExpireInWavesAndSoManyRenewedOnesAreRefusedToo) {
  start_echo();
  auto const with = [this](std::string const& credential) {
    return line_of(get("/itau/a", "Authorization: Bearer " + credential + "\r\n"));
  };
  token stubborn;
  stubborn.answer = "unauthorized";
  stubborn.reject_renewed = 1;
  arm({stubborn});
  EXPECT_THAT(with("old"), HasSubstr(" 401 "));
  EXPECT_THAT(with("renewed"), HasSubstr(" 401 "));
  EXPECT_THAT(with("again"), HasSubstr(" 200 "));
  token wave;
  wave.answer = "unauthorized";
  wave.expire = token::when::lifetime;
  wave.lifetime = 1ns;
  arm({wave});
  EXPECT_THAT(with("fresh"), HasSubstr(" 200 ")) << "its life has just begun";
  EXPECT_THAT(with("fresh"), HasSubstr(" 401 "));
  wave.lifetime = 1h;
  arm({wave});
  EXPECT_THAT(with("fresh"), HasSubstr(" 200 "));
  EXPECT_THAT(with("fresh"), HasSubstr(" 200 "));
}

struct page {
  faults::answer::pages what;
  std::string_view type;
  bool json;  // would a client that goes by the bytes alone take it for JSON?
};
class GatewayPages : public GatewayKinds, public testing::WithParamInterface<page> {};
TEST_P(GatewayPages, LookLikeSuccessAndAreNone) {
  start_echo();
  arm({faults::answer{.page = GetParam().what}});
  auto const got = ask(get("/itau/a"));
  EXPECT_EQ(got.first_line(), "HTTP/1.1 200 OK");
  EXPECT_THAT(got.header("Content-Type"), HasSubstr(GetParam().type));
  boost::system::error_code wrong;
  boost::json::parse(got.body, wrong);
  EXPECT_EQ(!wrong, GetParam().json) << got.body;
  EXPECT_TRUE(upstream->asked().empty());
}
INSTANTIATE_TEST_SUITE_P(Rows, GatewayPages,
                         testing::Values(page{faults::answer::pages::maintenance, "text/html", false},
                                         page{faults::answer::pages::empty, "application/json", false},
                                         page{faults::answer::pages::broken_json, "application/json", false},
                                         page{faults::answer::pages::wrong_type, "text/html", true}));

struct edit {
  data what;
  std::string_view expected;
};
class GatewayEdits : public GatewayKinds, public testing::WithParamInterface<edit> {};
TEST_P(GatewayEdits, ChangeWhatTheyNameAndLeaveTheRest) {
  start_with(R"({"next":null,"results":[{"id":1,"collected_at":"2026-01-19T14:00:00Z"},{"id":2}]})");
  arm({GetParam().what});
  EXPECT_EQ(ask(get("/itau/a?page=3")).body, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, GatewayEdits,
    testing::Values(
        edit{{.change = data::what::remove, .at = "/results/-/collected_at"},
             R"({"next":null,"results":[{"id":1},{"id":2}]})"},
        edit{{.change = data::what::set, .at = "/results/1/id", .value = "null"},
             R"({"next":null,"results":[{"id":1,"collected_at":"2026-01-19T14:00:00Z"},{"id":null}]})"},
        edit{{.change = data::what::drop, .at = "/results", .items = 1}, R"({"next":null,"results":[{"id":2}]})"},
        edit{
            {.change = data::what::duplicate, .at = "/results", .items = 1},
            R"({"next":null,"results":[{"id":1,"collected_at":"2026-01-19T14:00:00Z"},{"id":1,"collected_at":"2026-01-19T14:00:00Z"},{"id":2}]})"},
        edit{{.change = data::what::older, .at = "/results/-/collected_at", .age = 24h},
             R"({"next":null,"results":[{"id":1,"collected_at":"2026-01-18T14:00:00Z"},{"id":2}]})"},
        edit{{.change = data::what::set, .at = "/nothing/here", .value = "0"},
             R"({"next":null,"results":[{"id":1,"collected_at":"2026-01-19T14:00:00Z"},{"id":2}]})"}));

TEST_F(GatewayKinds, AnEndlessListNamesItselfAsItsNextPage) {
  start_with(R"({"next":null,"results":[]})");
  arm({data{.change = data::what::endless, .at = "/next"}});
  EXPECT_THAT(ask(get("/itau/a?page=3")).body, HasSubstr("/itau/a?page=3\""));
}

struct shape_of_latency {
  latency what;
  duration least;
};
class GatewayLatencies : public GatewayKinds, public testing::WithParamInterface<shape_of_latency> {};
TEST_P(GatewayLatencies, AreNeverEarly) {
  start_echo();
  arm({GetParam().what});
  EXPECT_EQ(ask(get("/itau/a")).body, "\"/itau/a\"");
  auto const all = reports(1);
  EXPECT_GE(all.at(0).ended - all.at(0).arrived, GetParam().least);
  EXPECT_FALSE(all.at(0).touched_by.empty());
}
using form = latency::form;
INSTANTIATE_TEST_SUITE_P(
    Rows, GatewayLatencies,
    testing::Values(shape_of_latency{{.kind = form::fixed, .delay = 40ms}, 40ms},
                    shape_of_latency{{.kind = form::uniform, .least = 40ms, .most = 60ms}, 40ms},
                    shape_of_latency{{.kind = form::normal, .mean = 40ms}, 40ms},
                    shape_of_latency{{.kind = form::lognormal, .p50 = 40ms, .p99 = 40ms}, 40ms},
                    shape_of_latency{{.kind = form::pareto, .least = 40ms, .alpha = 20}, 40ms},
                    shape_of_latency{{.kind = form::histogram, .values = {"40ms", "60ms"}, .shares = {{50}, {50}}},
                                     40ms}));

}  // namespace
}  // namespace vendaval::test
