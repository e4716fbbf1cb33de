#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {
namespace {

using enum outcome;

std::string const json = "application/json; charset=utf-8", html = "text/html";
std::string const id = "0d3ffb69-f83b-456e-ad8e-208d0998d71d", another = "6a8b2c1e-1111-4aaa-8bbb-000000000001";
std::string const hex = "0123456789abcdef0123456789abcdef";
std::string const accounts = "/open-banking/accounts/v2/accounts", status = "/open-banking/discovery/v2/status",
                  outages = "/open-banking/discovery/v2/outages";
wall_time const now{std::chrono::sys_days{std::chrono::January / 11 / 2026} + 4h};

std::unique_ptr<dialect> an_open_finance() { return make_dialect("open_finance", {}); }
request_view get(std::string_view target, std::span<framing::field const> fields = {}) {
  return {.method = "GET", .target = target, .host = "api.itau.example", .body = {}, .fields = fields};
}

struct row {
  unsigned status;
  std::string type, body;
  outcome result;
  weight counts;
  std::string code;
};
void PrintTo(row const& r, std::ostream* out) { *out << r.status << ' ' << r.type << ' ' << r.body; }
class OpenFinanceAnswer : public testing::TestWithParam<row> {};
TEST_P(OpenFinanceAnswer, IsJudgedByStatusAndCode) {
  auto const& r = GetParam();
  auto const said = an_open_finance()->judge(get(accounts), {r.status, r.type, r.body, true});
  EXPECT_EQ(name_of(said.result), name_of(r.result));
  EXPECT_EQ(said.counts, r.counts);
  EXPECT_EQ(said.code, r.code);
}
std::string error_with(std::string const& code) { return R"({"errors":[{"code":")" + code + R"(","title":"t"}]})"; }
using enum weight;
INSTANTIATE_TEST_SUITE_P(
    Rows, OpenFinanceAnswer,
    testing::Values(
        row{200, json, R"({"data":[]})", ok, good, ""}, row{204, "", "", ok, good, ""},
        row{200, html, "<html>", invalid_body, bad, ""}, row{200, json, "", invalid_body, bad, ""},
        row{200, json, R"({"data":)", invalid_body, bad, ""},
        row{400, json, error_with("NAO_INFORMADO"), client_error, neither, "BAD_REQUEST"},
        row{401, json, "", auth_platform, neither, "UNAUTHORIZED"},
        row{403, json, "{}", auth_user, neither, "FORBIDDEN"}, row{404, json, "{}", client_error, neither, "NOT_FOUND"},
        row{409, json, "{}", client_error, neither, ""},
        row{422, json, error_with("DATA_EXPIRACAO_INVALIDA"), client_error, neither, "DATA_EXPIRACAO_INVALIDA"},
        row{423, json, error_with("LOCKED"), quota, neither, "LOCKED"},
        row{425, json, "{}", client_error, neither, "TOO_EARLY"},
        row{429, html, "<html>", throttled, neither, "TOO_MANY_REQUESTS"},
        row{500, json, error_with("Maria da Silva"), upstream_5xx, bad, "INTERNAL_SERVER_ERROR"},
        row{503, json, error_with("UNAVAILABLE"), institution_down, bad, "UNAVAILABLE"},
        row{500, json, error_with("LOCKED"), upstream_5xx, bad, "LOCKED"},
        row{504, "", "", timeout, bad, "GATEWAY_TIMEOUT"}, row{529, json, "{}", throttled, bad, "SITE_IS_OVERLOADED"},
        row{599, json, "{}", upstream_5xx, bad, ""}));

TEST(OpenFinance, BelievesABankThatSaysItIsNotWell) {
  auto const judged = [](std::string const& entries) {
    return an_open_finance()->judge(get(status), {200, json, R"({"data":{"status":[)" + entries + "]}}", true});
  };
  auto const entry = [](std::string const& code) { return R"({"code":")" + code + R"(","explanation":"…"})"; };
  EXPECT_EQ(judged(entry("OK")).result, ok);
  EXPECT_EQ(judged(entry("UNAVAILABLE")).result, institution_down);
  EXPECT_EQ(judged(entry("UNAVAILABLE")).counts, bad);
  EXPECT_EQ(judged(entry("SCHEDULED_OUTAGE")).code, "SCHEDULED_OUTAGE");
  EXPECT_EQ(judged(entry("SCHEDULED_OUTAGE")).counts, neither);
  EXPECT_EQ(judged(entry("SCHEDULED_OUTAGE") + "," + entry("PARTIAL_FAILURE")).code, "PARTIAL_FAILURE");
  auto const d = an_open_finance();
  EXPECT_EQ(d->judge(get(status), {200, json, R"({"data":{"outages":[{"code":"UNAVAILABLE"}]}})", true}).code,
            "UNAVAILABLE");
  EXPECT_EQ(d->judge(get(accounts), {200, json, R"({"data":[{"code":"UNAVAILABLE"}]})", true}).result, ok);
}

TEST(OpenFinance, AssertsThatTheInteractionIdComesBack) {
  std::vector<framing::field> const sent{{"x-fapi-interaction-id", id, {}}};
  auto const judged = [&](unsigned code, std::string_view echoed) {
    std::vector<framing::field> fields;
    if (!echoed.empty()) fields.push_back({"X-FAPI-Interaction-ID", echoed, {}});
    return an_open_finance()->judge(get(accounts, sent), {code, json, "{}", true, fields});
  };
  EXPECT_EQ(judged(200, id).code, "");
  EXPECT_EQ(judged(200, "0D3FFB69-F83B-456E-AD8E-208D0998D71D").code, "");
  EXPECT_EQ(judged(200, "").code, "INTERACTION_ID_MISSING");
  EXPECT_EQ(judged(200, "").result, ok);
  EXPECT_EQ(judged(503, "").code, "SERVICE_UNAVAILABLE");
  EXPECT_EQ(judged(200, another).code, "INTERACTION_ID_MISMATCH");
  EXPECT_EQ(judged(200, another).result, invalid_body);
  EXPECT_EQ(judged(429, another).code, "INTERACTION_ID_MISMATCH");
  EXPECT_EQ(judged(429, another).result, throttled);
  EXPECT_EQ(an_open_finance()->judge(get(accounts), {200, json, "{}", true}).code, "");
  EXPECT_EQ(an_open_finance()->judge(get("/docs", sent), {200, html, "", true}).code, "");
}

TEST(OpenFinanceErrors, AreDatedAndCarryTheRequestsId) {
  auto const d = an_open_finance();
  std::vector<framing::field> const sent{{"x-fapi-interaction-id", id, {}}};
  for (auto const& code : d->error_codes()) {
    if (code == faults::throttled_html) continue;
    auto answer = d->error(code, hex);
    ASSERT_TRUE(answer) << code;
    d->complete(*answer, get(accounts, sent), now);
    auto const body = boost::json::parse(answer->body);
    EXPECT_EQ(body.at("errors").at(0).at("code").as_string(), answer->code);
    EXPECT_EQ(body.at("meta").at("requestDateTime").as_string(), "2026-01-11T04:00:00Z");
    ASSERT_EQ(answer->headers.size(), 1u);
    EXPECT_EQ(answer->headers[0].value, id);
    std::vector<framing::field> const fields{{answer->headers[0].name, answer->headers[0].value, {}}};
    auto const said = d->judge(get(accounts, sent), {answer->status, answer->content_type, answer->body, true, fields});
    EXPECT_EQ(said.code, answer->code);
  }
}

TEST(OpenFinanceErrors, MakeUpAnIdWhereTheRequestHasNoneThatIsOne) {
  auto const d = an_open_finance();
  for (std::string const value : {"", "not a uuid"}) {
    auto answer = d->error("LOCKED", hex);
    std::vector<framing::field> const sent{{"x-fapi-interaction-id", value, {}}};
    d->complete(*answer, get(accounts, sent), now);
    EXPECT_EQ(answer->headers[0].value, "01234567-89ab-cdef-0123-456789abcdef");
  }
}

TEST(OpenFinanceErrors, AnnounceAnOutageWhereBanksDo) {
  auto const d = an_open_finance();
  auto const answered = [&](std::string const& code, std::string const& target) {
    auto answer = d->error(code, hex);
    d->complete(*answer, get(target), now);
    return *answer;
  };
  for (std::string const code : {"UNAVAILABLE", "PARTIAL_FAILURE", "SCHEDULED_OUTAGE"}) {
    EXPECT_EQ(answered(code, accounts).status, 503u);
    auto const said = answered(code, status);
    EXPECT_EQ(said.status, 200u);
    auto const entry = boost::json::parse(said.body).at("data").at("status").at(0);
    EXPECT_EQ(entry.at("code").as_string(), code);
    EXPECT_EQ(entry.at("detectionTime").as_string(), "2026-01-11T04:00:00Z");
    EXPECT_EQ(entry.at("expectedResolutionTime").as_string(), "2026-01-11T07:00:00Z");
    EXPECT_EQ(d->judge(get(status), {said.status, said.content_type, said.body, true}).code, code);
  }
  auto const planned = boost::json::parse(answered("SCHEDULED_OUTAGE", outages).body);
  EXPECT_EQ(planned.at("data").at(0).at("duration").as_string(), "PT3H");
  EXPECT_EQ(planned.at("links").at("self").as_string(), "https://api.itau.example" + outages);
  EXPECT_EQ(answered("UNAVAILABLE", outages).status, 503u);
  EXPECT_EQ(answered("LOCKED", status).status, 423u);
}

TEST(OpenFinance, PointsTheLinksOfAPageBackAtTheProxy) {
  EXPECT_EQ(
      an_open_finance()->rewrite(
          R"({"data":[{"self":"https://bank.example/x"}],"links":{"self":"https://bank.example/a?page=1","next":"https://bank.example/a?page=2"}})",
          "https://bank.example", "https://localhost:8443"),
      R"({"data":[{"self":"https://bank.example/x"}],"links":{"self":"https://localhost:8443/a?page=1","next":"https://localhost:8443/a?page=2"}})");
}

}  // namespace
}  // namespace vendaval::dialects
