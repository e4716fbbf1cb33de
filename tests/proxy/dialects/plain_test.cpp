#include <gtest/gtest.h>

#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {
namespace {

std::unique_ptr<dialect> a_plain() {
  return make_dialect("plain", {.links = {},
                                .places = {{"itau", "api.itau.example", ""},
                                           {"bb", "", "/open-banking/bb/"},
                                           {"caixa", "shared.example", "/caixa/"},
                                           {"inter", "", ""}}});
}
target read(std::string_view method, std::string_view host, std::string_view path) {
  return a_plain()->read({.method = method, .target = path, .host = host, .body = {}});
}
using list = std::vector<std::string>;

TEST(Plain, KnowsABankByHostOrPath) {
  EXPECT_EQ(read("GET", "api.itau.example", "/accounts").institutions, list{"itau"});
  EXPECT_EQ(read("GET", "API.itau.example:443", "/accounts").institutions, list{"itau"});
  EXPECT_EQ(read("GET", "other.example", "/open-banking/bb/accounts").institutions, list{"bb"});
  EXPECT_EQ(read("GET", "shared.example", "/caixa/x").institutions, list{"caixa"});
  EXPECT_EQ(read("GET", "other.example", "/caixa/x").institutions, list{});
  EXPECT_EQ(read("GET", "itau.example", "/accounts").institutions, list{});
}

TEST(Plain, KnowsABankByTheHeaderThatNamesIt) {
  auto const d = make_dialect("plain", {.links = {}, .places = {{"bb", "", "/bb/"}}, .header = "X-Bank"});
  auto const named = [&](std::string_view value) {
    std::vector<framing::field> const fields{{"x-bank", value, {}}};
    return d->read({.method = "GET", .target = "/bb/x", .host = "h", .body = {}, .fields = fields}).institutions;
  };
  EXPECT_EQ(named("itau"), list{"itau"});
  EXPECT_EQ(named("ofcaixa_br_retail"), list{"caixa"});
  EXPECT_EQ(named("narnia"), list{"unknown"});
  EXPECT_EQ(named(""), list{"bb"});
}

TEST(Plain, TellsReadsFromWritesAndTrafficOfNoBank) {
  EXPECT_EQ(read("GET", "api.itau.example", "/a").what, operation::read);
  EXPECT_EQ(read("POST", "api.itau.example", "/a").what, operation::retrieve);
  EXPECT_EQ(read("POST", "other.example", "/a").what, operation::meta);
}

TEST(Plain, KeepsIdsOutOfRoutes) {
  EXPECT_EQ(read("GET", "h", "/open-banking/accounts/v2/accounts/92792126019929279212/balances?x=1").route,
            "/open-banking/accounts/v2/accounts/{id}/balances/");
  EXPECT_EQ(read("GET", "h", "/Maria/52998224725").route, "/{id}/{id}/");
  EXPECT_EQ(read("GET", "h", "/").route, "/");
}

TEST(Plain, JudgesByStatusAlone) {
  auto const d = a_plain();
  auto const judged = [&](unsigned status) { return d->judge({}, {status, "text/html", "<html>", true}); };
  EXPECT_EQ(judged(200).result, outcome::ok);
  EXPECT_EQ(judged(200).counts, weight::good);
  EXPECT_EQ(judged(404).result, outcome::client_error);
  EXPECT_EQ(judged(404).counts, weight::neither);
  EXPECT_EQ(judged(401).result, outcome::auth_platform);
  EXPECT_EQ(judged(429).result, outcome::throttled);
  EXPECT_EQ(judged(529).result, outcome::throttled);
  EXPECT_EQ(judged(504).result, outcome::timeout);
  EXPECT_EQ(judged(503).result, outcome::upstream_5xx);
  EXPECT_EQ(judged(503).counts, weight::bad);
  EXPECT_EQ(judged(503).code, "service_unavailable");
}

}  // namespace
}  // namespace vendaval::dialects
