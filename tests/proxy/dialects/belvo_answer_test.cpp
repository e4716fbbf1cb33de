#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "proxy/dialects/belvo/errors.hpp"
#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {
namespace {

using enum outcome;
std::unique_ptr<dialect> a_belvo() { return make_dialect("belvo", {}); }
request_view const accounts{.method = "GET", .target = "/api/accounts/", .host = {}, .body = {}};

struct row {
  unsigned status;
  std::string code, message;
  outcome result;
  weight counts;
};
void PrintTo(row const& r, std::ostream* out) { *out << r.status << ' ' << r.code << ' ' << r.message; }

class BelvoError : public testing::TestWithParam<row> {};
TEST_P(BelvoError, IsJudgedByItsCode) {
  auto const& r = GetParam();
  auto const body = boost::json::serialize(boost::json::array{
      {{"code", r.code}, {"message", r.message}, {"request_id", "0123456789abcdef0123456789abcdef"}}});
  auto const said = a_belvo()->judge(accounts, {r.status, "application/json", body, true});
  EXPECT_EQ(name_of(said.result), name_of(r.result));
  EXPECT_EQ(said.code, r.code);
  EXPECT_EQ(said.counts, r.counts);
}
INSTANTIATE_TEST_SUITE_P(
    Catalogue, BelvoError,
    testing::Values(
        row{400, "institution_down", "", institution_down, weight::bad},
        row{400, "institution_unavailable", "", institution_down, weight::bad},
        row{400, "institution_inactive", "", institution_down, weight::bad},
        row{400, "unavailable_data", "", institution_down, weight::bad},
        row{400, "login_error", "Invalid credentials provided to login to the institution", auth_user, weight::neither},
        row{400, "login_error", "The user account is locked, user needs to contact the institution to unlock it",
            auth_user, weight::neither},
        row{400, "login_error",
            "Impossible to login, something unexpected happened while logging into the institution. Try again later.",
            institution_down, weight::bad},
        row{400, "invalid_link", "", auth_user, weight::neither},
        row{400, "unconfirmed_link", "", auth_user, weight::neither},
        row{400, "session_expired", "", auth_user, weight::neither},
        row{400, "session_expired_ob", "", auth_user, weight::neither},
        row{400, "too_many_sessions", "", contention, weight::neither},
        row{400, "operational_limits_reached", "", quota, weight::neither},
        row{400, "unsupported_operation", "", client_error, weight::neither},
        row{400, "validation_error", "", client_error, weight::neither},
        row{400, "required", "", client_error, weight::neither}, row{400, "null", "", client_error, weight::neither},
        row{400, "blank", "", client_error, weight::neither}, row{400, "invalid", "", client_error, weight::neither},
        row{400, "parse_error", "", client_error, weight::neither},
        row{400, "does_not_exist", "", client_error, weight::neither},
        row{400, "duplicated", "", client_error, weight::neither},
        row{401, "authentication_failed", "", auth_platform, weight::neither},
        row{401, "consent_without_accounts", "", auth_user, weight::neither},
        row{403, "permission_denied", "", client_error, weight::neither},
        row{403, "access_to_production_denied", "", client_error, weight::neither},
        row{403, "quota_limit_reached", "", quota, weight::neither},
        row{404, "not_found", "", client_error, weight::neither},
        row{404, "expired_credentials", "", auth_user, weight::neither},
        row{405, "method_not_allowed", "", client_error, weight::neither},
        row{408, "request_timeout", "", timeout, weight::bad}, row{428, "token_required", "", mfa, weight::good},
        row{428, "activation_required", "", mfa, weight::good},
        row{500, "unexpected_error", "", upstream_5xx, weight::bad},
        row{500, "service_unavailable", "", upstream_5xx, weight::bad},
        row{429, "throttled_json", "", throttled, weight::neither}));

struct raw {
  std::string method;
  unsigned status;
  std::string type, body;
  bool inspected;
  outcome result;
};
void PrintTo(raw const& r, std::ostream* out) { *out << r.method << ' ' << r.status << ' ' << r.type << ' ' << r.body; }
class BelvoAnswer : public testing::TestWithParam<raw> {};
TEST_P(BelvoAnswer, IsJudgedByStatusWhereNoCodeSpeaks) {
  auto const& r = GetParam();
  request_view const asked{.method = r.method, .target = "/api/accounts/", .host = {}, .body = {}};
  auto const said = a_belvo()->judge(asked, {r.status, r.type, r.body, r.inspected});
  EXPECT_EQ(name_of(said.result), name_of(r.result));
  EXPECT_EQ(said.code, "");
}
std::string const json = "application/json", html = "text/html; charset=utf-8";
INSTANTIATE_TEST_SUITE_P(
    Rows, BelvoAnswer,
    testing::Values(
        raw{"GET", 200, json, "{\"results\":[]}", true, ok}, raw{"POST", 201, json, "[]", true, ok},
        raw{"POST", 202, json, "{\"request_id\":\"1\"}", true, ok}, raw{"DELETE", 204, "", "", true, ok},
        raw{"HEAD", 200, json, "", true, ok}, raw{"GET", 304, "", "", true, ok},
        raw{"GET", 200, html, "<html>Manutenção programada</html>", true, invalid_body},
        raw{"GET", 200, html, "", false, invalid_body}, raw{"GET", 200, json, "<html></html>", true, invalid_body},
        raw{"GET", 200, json, "{\"results\":[", true, invalid_body}, raw{"GET", 200, json, "", true, invalid_body},
        raw{"GET", 200, json, "", false, ok}, raw{"GET", 301, html, "", true, client_error},
        raw{"GET", 403, "text/html", "<html>403</html>", true, throttled}, raw{"GET", 403, html, "", false, throttled},
        raw{"GET", 403, "", " <html>", true, throttled}, raw{"GET", 403, json, "{}", true, client_error},
        raw{"GET", 429, json, "{}", true, throttled}, raw{"GET", 529, "", "", true, throttled},
        raw{"GET", 401, json, "[]", true, auth_platform}, raw{"GET", 408, "", "", true, timeout},
        raw{"GET", 428, json, "[]", true, mfa}, raw{"GET", 404, html, "<html>", true, client_error},
        raw{"GET", 500, html, "<html>", true, upstream_5xx}, raw{"GET", 502, "", "", false, upstream_5xx},
        raw{"GET", 400, json, R"([{"code":"Maria da Silva"}])", true, client_error},
        raw{"GET", 400, json, R"([{"code":7}])", true, client_error},
        raw{"GET", 400, json, R"(["x"])", true, client_error}));

TEST(Belvo, NeedsNoJsonOutsideTheApi) {
  request_view const page{.method = "GET", .target = "/docs/", .host = {}, .body = {}};
  EXPECT_EQ(a_belvo()->judge(page, {200, html, "<html>", true}).result, ok);
  request_view const api{.method = "GET", .target = "/api/", .host = {}, .body = {}};
  EXPECT_EQ(a_belvo()->judge(api, {200, html, "<html>", true}).result, invalid_body);
}

TEST(BelvoErrors, AreReadBackAsWhatTheySay) {
  auto const d = a_belvo();
  for (auto const& code : d->error_codes()) {
    if (code == faults::throttled_html) continue;
    auto const answer = d->error(code, "0123456789abcdef0123456789abcdef");
    auto const body = boost::json::parse(answer->body).as_array().at(0).as_object();
    EXPECT_EQ(body.at("code").as_string(), answer->code);
    EXPECT_TRUE(code.starts_with(answer->code)) << code;
    EXPECT_EQ(body.at("request_id").as_string(), "0123456789abcdef0123456789abcdef");
    EXPECT_EQ(d->judge(accounts, {answer->status, answer->content_type, answer->body, true}).code, answer->code);
  }
}

TEST(BelvoErrors, AChallengeNamesTheLinkItIsForAsTextThatStaysText) {
  auto const link_in = [](std::string const& body) {
    auto made = *a_belvo()->error("token_required", "1");
    a_belvo()->complete(made, {"POST", "/api/accounts/", "", body}, {});
    return boost::json::parse(made.body).at(0).at("link");
  };
  EXPECT_EQ(link_in(R"({"link":"l-1"})"), boost::json::value("l-1"));
  EXPECT_EQ(link_in(R"({"link":"a\"b"})"), boost::json::value("a\"b"));
  EXPECT_TRUE(link_in("{}").is_null());
  EXPECT_TRUE(link_in("no JSON").is_null());
  auto other = *a_belvo()->error("institution_down", "1");
  auto const before = other.body;
  a_belvo()->complete(other, {"POST", "/api/accounts/", "", R"({"link":"l-1"})"}, {});
  EXPECT_EQ(other.body, before);
}

TEST(BelvoErrors, AreWrittenAsBelvoWritesThem) {
  EXPECT_EQ(a_belvo()->error("institution_down", "0123456789abcdef0123456789abcdef")->body,
            R"([{"code":"institution_down","message":"The financial institution is down, try again later",)"
            R"("request_id":"0123456789abcdef0123456789abcdef"}])");
  EXPECT_EQ(a_belvo()->error("session_expired_ob", "1")->body, R"([{"code":"session_expired_ob","request_id":"1"}])");
  EXPECT_EQ(a_belvo()->error("required", "1")->body,
            R"([{"code":"required","message":"This field is required.","request_id":"1","field":"link"}])");
  auto const mfa_answer = boost::json::parse(a_belvo()->error("token_required", "1")->body).at(0).as_object();
  for (auto const* key : {"session", "expiry", "link", "token_generation_data"})
    EXPECT_TRUE(mfa_answer.contains(key)) << key;
}

TEST(BelvoErrors, SayWhoseFaultAFailedLoginIs) {
  auto const d = a_belvo();
  for (auto const& [word, result] :
       std::vector<std::pair<std::string, outcome>>{{"login_error", auth_user},
                                                    {"login_error_locked", auth_user},
                                                    {"login_error_unexpected", institution_down}}) {
    auto const answer = d->error(word, "1");
    ASSERT_TRUE(answer) << word;
    auto const said = d->judge(accounts, {answer->status, answer->content_type, answer->body, true});
    EXPECT_EQ(name_of(said.result), name_of(result)) << word;
    EXPECT_EQ(said.code, "login_error");
  }
}

TEST(BelvoErrors, ThrottleWithTheHtmlPageOfItsEdge) {
  auto const page = a_belvo()->error(faults::throttled_html, "1");
  EXPECT_EQ(page->status, 403u);
  EXPECT_EQ(page->content_type, "text/html");
  ASSERT_EQ(page->headers.size(), 1u);
  EXPECT_EQ(page->headers[0].value, "openresty/1.15.8.2");
  EXPECT_EQ(a_belvo()->judge(accounts, {page->status, page->content_type, page->body, true}).result, throttled);
}

TEST(Belvo, CountsAClientThatGaveUpWaitingAgainstTheBank) {
  auto const d = a_belvo();
  EXPECT_EQ(d->weigh(client_gave_up, 0), weight::bad);
  EXPECT_EQ(d->weigh(client_gone, 200), weight::neither);
  EXPECT_EQ(d->weigh(network, 502), weight::bad);
  EXPECT_EQ(d->weigh(timeout, 504), weight::bad);
  EXPECT_EQ(d->weigh(upstream_invalid, 502), weight::bad);
  EXPECT_EQ(d->weigh(throttled, 403), weight::neither);
  EXPECT_EQ(d->weigh(ok, 200), weight::good);
}

}  // namespace
}  // namespace vendaval::dialects
