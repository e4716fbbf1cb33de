#include <gtest/gtest.h>

#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {
namespace {

// Every row of what Belvo's API can be asked, and where its bank stands.
struct row {
  std::string method, target, body;
  std::vector<std::string> institutions;
  operation what;
  std::string route;
};
void PrintTo(row const& r, std::ostream* out) { *out << r.method << ' ' << r.target << ' ' << r.body; }

std::string const itau_link = "6a8b2c1e-1111-4aaa-8bbb-000000000001";
std::string const bb_link = "6a8b2c1e-2222-4aaa-8bbb-000000000002";
std::string const strange_link = "6a8b2c1e-9999-4aaa-8bbb-000000000009";

std::unique_ptr<dialect> a_belvo() {
  auto d = make_dialect("belvo", {.links = {{itau_link, "itau"}}, .places = {}});
  std::vector<learned> const facts{
      {bb_link, "bb"}, {"acc-bb-1", "bb"}, {"acc-itau-1", "itau"}, {"institution#9256", "caixa"}};
  d->remember(facts);
  return d;
}
request_view view(row const& r) {
  return {.method = r.method, .target = r.target, .host = "sandbox.belvo.com", .body = r.body};
}

class BelvoTarget : public testing::TestWithParam<row> {};
TEST_P(BelvoTarget, FindsTheBankAndTheOperation) {
  auto const found = a_belvo()->read(view(GetParam()));
  EXPECT_EQ(found.institutions, GetParam().institutions);
  EXPECT_EQ(name_of(found.what), name_of(GetParam().what));
  EXPECT_EQ(found.route, GetParam().route);
}

using list = std::vector<std::string>;
using enum operation;
std::string with_link(std::string const& id) { return R"({"link":")" + id + R"(","save_data":true})"; }

INSTANTIATE_TEST_SUITE_P(
    InBody, BelvoTarget,
    testing::Values(row{"POST", "/api/links/", R"({"institution":"ofitau_br_retail","username":"u"})", list{"itau"},
                        link, "/api/links/"},
                    row{"POST", "/api/links/", R"({"institution":"itau"})", list{"itau"}, link, "/api/links/"},
                    row{"POST", "/api/links/", R"({"institution":"narnia"})", list{"unknown"}, link, "/api/links/"},
                    row{"POST", "/api/links/", "", list{"unknown"}, link, "/api/links/"},
                    row{"POST", "/api/links/", "{\"institution\":", list{"unknown"}, link, "/api/links/"},
                    row{"PATCH", "/api/links/", R"({"session":"s","token":"1","link":")" + bb_link + "\"}", list{"bb"},
                        link, "/api/links/"},
                    row{"POST", "/api/accounts/", with_link(itau_link), list{"itau"}, retrieve, "/api/accounts/"},
                    row{"POST", "/api/transactions/", with_link(bb_link), list{"bb"}, retrieve, "/api/transactions/"},
                    row{"PATCH", "/api/balances/", with_link(bb_link), list{"bb"}, retrieve, "/api/balances/"},
                    row{"POST", "/api/owners/", with_link(strange_link), list{"unknown"}, retrieve, "/api/owners/"},
                    row{"POST", "/api/owners/", R"({"link":7})", list{"unknown"}, retrieve, "/api/owners/"},
                    row{"POST", "/api/accounts/", R"(["not an object"])", list{"unknown"}, retrieve, "/api/accounts/"},
                    row{"POST", "/api/token/", R"({"id":"i","password":"p","link_id":")" + itau_link + "\"}",
                        list{"itau"}, token, "/api/token/"},
                    row{"POST", "/api/token/", R"({"id":"i","password":"p"})", list{}, token, "/api/token/"},
                    row{"POST", "/api/token/", "", list{"unknown"}, token, "/api/token/"}));
INSTANTIATE_TEST_SUITE_P(
    InQuery, BelvoTarget,
    testing::Values(
        row{"GET", "/api/accounts/?link=" + itau_link, "", list{"itau"}, read, "/api/accounts/"},
        row{"GET", "/api/accounts/?page=2&link=" + bb_link + "&page_size=10", "", list{"bb"}, read, "/api/accounts/"},
        row{"GET", "/api/transactions/?link__in=" + itau_link + "," + bb_link, "", list{"itau", "bb"}, read,
            "/api/transactions/"},
        row{"GET", "/api/transactions/?link__in=" + itau_link + "%2C" + bb_link, "", list{"itau", "bb"}, read,
            "/api/transactions/"},
        row{"GET", "/api/transactions/?link__in=" + itau_link + "," + strange_link, "", list{"itau", "unknown"}, read,
            "/api/transactions/"},
        row{"GET", "/api/links/?institution=ofbradesco_br_retail", "", list{"bradesco"}, read, "/api/links/"},
        row{"GET", "/api/links/?institution__in=ofbradesco_br_retail,ofitau_br_retail", "", list{"bradesco", "itau"},
            read, "/api/links/"},
        row{"GET", "/api/links/?institution=narnia", "", list{"unknown"}, read, "/api/links/"},
        row{"GET", "/api/balances/?account=acc-bb-1", "", list{"bb"}, read, "/api/balances/"},
        row{"GET", "/api/balances/?account__in=acc-bb-1,acc-itau-1", "", list{"bb", "itau"}, read, "/api/balances/"},
        row{"GET", "/api/accounts/?id__in=acc-itau-1", "", list{"itau"}, read, "/api/accounts/"},
        // An item has to pass every filter, so one that is understood is enough.
        row{"GET", "/api/transactions/?account=never-seen&link=" + itau_link, "", list{"itau"}, read,
            "/api/transactions/"},
        row{"GET", "/api/accounts/?id__in=never-seen&institution=ofbradesco_br_retail", "", list{"bradesco"}, read,
            "/api/accounts/"},
        row{"GET", "/api/transactions/?account=never-seen&link=" + strange_link, "", list{"unknown"}, read,
            "/api/transactions/"},
        row{"GET", "/api/links/?institution=9256", "", list{"caixa"}, read, "/api/links/"},
        row{"GET", "/api/accounts/?link=6A8B2C1E-1111-4AAA-8BBB-000000000001", "", list{"itau"}, read,
            "/api/accounts/"}));
INSTANTIATE_TEST_SUITE_P(
    InPath, BelvoTarget,
    testing::Values(
        row{"GET", "/api/links/" + itau_link + "/", "", list{"itau"}, read, "/api/links/{id}/"},
        row{"PUT", "/api/links/" + itau_link + "/", R"({"password":"p"})", list{"itau"}, link, "/api/links/{id}/"},
        row{"PATCH", "/api/links/" + bb_link + "/", R"({"access_mode":"single"})", list{"bb"}, link,
            "/api/links/{id}/"},
        row{"DELETE", "/api/links/" + itau_link + "/", "", list{"itau"}, link, "/api/links/{id}/"},
        row{"GET", "/api/links/" + strange_link + "/", "", list{"unknown"}, read, "/api/links/{id}/"},
        row{"GET", "/api/accounts/acc-bb-1/", "", list{"bb"}, read, "/api/accounts/{id}/"},
        row{"GET", "/api/transactions/never-seen/", "", list{"unknown"}, read, "/api/transactions/{id}/"},
        row{"DELETE", "/api/accounts/acc-itau-1/", "", list{"itau"}, read, "/api/accounts/{id}/"},
        row{"GET", "/api/investments/portfolios/acc-bb-1/", "", list{"bb"}, read, "/api/investments/portfolios/{id}/"},
        row{"GET", "/investments/portfolios/acc-bb-1/", "", list{"bb"}, read, "/investments/portfolios/{id}/"},
        row{"POST", "/investments/portfolios/", with_link(bb_link), list{"bb"}, retrieve, "/investments/portfolios/"},
        row{"POST", "/api/investments/portfolios/", with_link(bb_link), list{"bb"}, retrieve,
            "/api/investments/portfolios/"},
        row{"GET", "/api/institutions/9256/", "", list{"caixa"}, meta, "/api/institutions/{id}/"},
        row{"GET", "/api/institutions/1/", "", list{"unknown"}, meta, "/api/institutions/{id}/"}));
INSTANTIATE_TEST_SUITE_P(
    Nowhere, BelvoTarget,
    testing::Values(row{"GET", "/api/", "", list{}, meta, "/api/"}, row{"GET", "/", "", list{}, meta, "/"},
                    row{"GET", "/api/institutions/", "", list{}, meta, "/api/institutions/"},
                    row{"GET", "/api/accounts/", "", list{}, read, "/api/accounts/"},
                    row{"GET", "/api/transactions/?page=3", "", list{}, read, "/api/transactions/"},
                    row{"GET", "/api/links/", "", list{}, read, "/api/links/"},
                    row{"GET", "/api/s3cret-looking/thing/", "", list{}, meta, "/api/{other}/"},
                    row{"GET", "/payments/br/payment-intents/12/", "", list{}, meta, "/{other}"}));

TEST(Belvo, WantsTheBodyOnlyWhereItNamesTheBank) {
  auto const d = a_belvo();
  auto const wants = [&](std::string_view method, std::string_view target) {
    return d->wants_body({.method = method, .target = target, .host = {}, .body = {}});
  };
  EXPECT_TRUE(wants("POST", "/api/links/"));
  EXPECT_TRUE(wants("PATCH", "/api/accounts/"));
  EXPECT_TRUE(wants("POST", "/api/token/"));
  EXPECT_FALSE(wants("GET", "/api/accounts/"));
  EXPECT_FALSE(wants("PUT", "/api/links/abc/"));
  EXPECT_FALSE(wants("DELETE", "/api/links/abc/"));
  EXPECT_FALSE(wants("POST", "/api/elsewhere/"));
}

TEST(Belvo, KnowsTheListOfBanks) {
  auto const d = a_belvo();
  auto const lists = [&](std::string_view method, std::string_view target) {
    return d->read({.method = method, .target = target, .host = {}, .body = {}}).lists_banks;
  };
  EXPECT_TRUE(lists("GET", "/api/institutions/?page=2"));
  EXPECT_TRUE(lists("GET", "/api/institutions/77/"));
  EXPECT_FALSE(lists("POST", "/api/institutions/"));
  EXPECT_FALSE(lists("GET", "/api/links/"));
}

TEST(Belvo, TellsItemsApartOnlyInListsOfSeveralBanksAndWhenTold) {
  auto const parts = [](multi_bank lists, std::string_view method, std::string const& target) {
    auto const d =
        make_dialect("belvo", {.links = {{itau_link, "itau"}, {bb_link, "bb"}}, .places = {}, .lists = lists});
    return d->read({.method = method, .target = target, .host = {}, .body = {}}).parts;
  };
  auto const both = "/api/accounts/?link__in=" + itau_link + "," + bb_link;
  EXPECT_TRUE(parts(multi_bank::drop_results, "GET", both));
  EXPECT_FALSE(parts(multi_bank::pass, "GET", both));
  EXPECT_FALSE(parts(multi_bank::drop_results, "DELETE", both));
  EXPECT_FALSE(parts(multi_bank::drop_results, "GET", "/api/accounts/?link=" + itau_link));
  EXPECT_FALSE(parts(multi_bank::drop_results, "GET", "/api/accounts/"));
}

TEST(Belvo, LeavesOutTheItemsOfABankHoweverTheyNameIt) {
  auto const d = a_belvo();
  std::vector<std::string> const itau{"itau"}, caixa{"caixa"};
  std::string const kept = R"({"id":"9","link":")" + bb_link + R"(","balance":1.50})";
  for (auto const& item :
       {R"({"id":"1","link":")" + itau_link + "\"}", std::string(R"({"id":"2","institution":"ofitau_br_retail"})"),
        std::string(R"({"id":"3","institution":{"name":"ofitau_br_retail","type":"bank"}})"),
        R"({"id":"4","account":{"id":"5","link":")" + itau_link + "\"}}", std::string(R"({"id":"acc-itau-1"})")}) {
    EXPECT_EQ(d->without("{\"count\":2, \"results\":[" + item + ", " + kept + "]}", itau),
              "{\"count\":2, \"results\":[" + kept + "]}")
        << item;
    EXPECT_FALSE(d->without("{\"results\":[" + item + "]}", caixa)) << item;
  }
  EXPECT_FALSE(d->without("{\"results\":[7,null,\"itau\"]}", itau));
}

TEST(Belvo, AsksForTheLinksItDoesNotKnowAndForNothingElse) {
  auto const d = make_dialect("belvo", {.links = {{itau_link, "itau"}}, .places = {}, .ask_for_links = true});
  auto const asks = [&](std::string_view method, std::string const& target, std::string const& body = {}) {
    return d->questions({.method = method, .target = target, .host = {}, .body = body});
  };
  std::vector<std::string> const question{"/api/links/" + strange_link + "/"}, none;
  EXPECT_EQ(asks("POST", "/api/accounts/", R"({"link":")" + strange_link + "\"}"), question);
  EXPECT_EQ(asks("POST", "/api/token/", R"({"link_id":")" + strange_link + "\"}"), question);
  EXPECT_EQ(asks("GET", "/api/accounts/?link=" + strange_link), question);
  EXPECT_EQ(asks("GET", "/api/accounts/?link__in=" + itau_link + "," + strange_link), question);
  EXPECT_EQ(asks("DELETE", "/api/links/" + strange_link + "/"), question);
  EXPECT_EQ(asks("GET", "/api/links/" + itau_link + "/"), none);
  EXPECT_EQ(asks("GET", "/api/links/..%2F..%2Fsecrets/"), none);
  EXPECT_EQ(asks("GET", "/api/accounts/" + strange_link + "/"), none);
  EXPECT_EQ(asks("GET", "/api/institutions/"), none);
  EXPECT_EQ(make_dialect("belvo", {})->questions({.method = "GET", .target = question[0], .host = {}, .body = {}}),
            none);
}

// What answers teach.
struct lesson {
  std::string target, body, id, institution;  // after this answer, GET /api/links/{id}/ belongs to that bank
};
void PrintTo(lesson const& l, std::ostream* out) { *out << l.target << ' ' << l.body; }
class BelvoLesson : public testing::TestWithParam<lesson> {};
TEST_P(BelvoLesson, IsLearned) {
  auto const& l = GetParam();
  auto const d = a_belvo();
  request_view const asked{.method = "GET", .target = l.target, .host = {}, .body = {}};
  auto const facts = d->judge(asked, {200, "application/json", l.body, true}).news;
  d->remember(facts);
  auto const target = "/api/links/" + l.id + "/";
  EXPECT_EQ(d->read({.method = "GET", .target = target, .host = {}, .body = {}}).institutions, list{l.institution});
  EXPECT_TRUE(d->judge(asked, {200, "application/json", l.body, true}).news.empty()) << "told twice";
}
TEST(BelvoLessons, TellLinksFromWhatElseHasAnId) {
  auto const links_in = [](std::string target, std::string_view body) {
    auto const d = a_belvo();
    request_view const asked{.method = "GET", .target = target, .host = {}, .body = {}};
    std::vector<std::string> all;
    for (auto const& fact : d->judge(asked, {200, "application/json", body, true}).news)
      if (fact.is_link) all.push_back(fact.id);
    return all;
  };
  EXPECT_EQ(links_in("/api/links/", R"({"id":"L1","institution":"ofnubank_br_retail"})"), list{"L1"});
  EXPECT_EQ(links_in("/api/transactions/",
                     R"([{"id":"T1","account":{"id":"A1","link":"L1","institution":{"name":"ofcaixa_br_retail"}}}])"),
            list{"L1"});
}
INSTANTIATE_TEST_SUITE_P(
    Rows, BelvoLesson,
    testing::Values(
        lesson{"/api/links/", R"({"id":"L1","institution":"ofnubank_br_retail"})", "L1", "nubank"},
        lesson{
            "/api/links/",
            R"({"count":2,"results":[{"id":"L1","institution":"ofbb"},{"id":"L2","institution":"ofinter_br_retail"}]})",
            "L2", "inter"},
        lesson{"/api/accounts/",
               R"([{"id":"A1","link":"L1","institution":{"name":"ofcaixa_br_retail","type":"bank"}}])", "L1", "caixa"},
        lesson{"/api/accounts/",
               R"([{"id":"A1","link":"L1","institution":{"name":"ofcaixa_br_retail","type":"bank"}}])", "A1", "caixa"},
        lesson{
            "/api/transactions/",
            R"({"results":[{"id":"T1","account":{"id":"A1","link":"L1","institution":{"name":"ofcaixa_br_retail"}}}]})",
            "T1", "caixa"},
        lesson{
            "/api/transactions/",
            R"({"results":[{"id":"T1","account":{"id":"A1","link":"L1","institution":{"name":"ofcaixa_br_retail"}}}]})",
            "A1", "caixa"},
        lesson{
            "/api/transactions/",
            R"({"results":[{"id":"T1","account":{"id":"A1","link":"L1","institution":{"name":"ofcaixa_br_retail"}}}]})",
            "L1", "caixa"},
        lesson{"/api/owners/", R"([{"id":"O1","link":"6a8b2c1e-1111-4aaa-8bbb-000000000001"}])", "O1", "itau"}));

TEST(Belvo, LearnsTheNumbersOfInstitutionsApartFromOtherIds) {
  auto const d = a_belvo();
  auto const at = [](std::string_view target) {
    return request_view{.method = "GET", .target = target, .host = {}, .body = {}};
  };
  std::string_view const list_of_banks = R"({"results":[{"id":77,"name":"ofitau_br_retail"}]})";
  d->remember(d->judge(at("/api/institutions/"), {200, "application/json", list_of_banks, true}).news);
  EXPECT_EQ(d->read(at("/api/institutions/77/")).institutions, list{"itau"});
  EXPECT_EQ(d->read(at("/api/links/?institution=77")).institutions, list{"itau"});
  EXPECT_EQ(d->read(at("/api/links/77/")).institutions, list{"unknown"});
}

TEST(Belvo, LearnsNothingFromErrorsStrangersAndWhatCannotBeRead) {
  auto const d = a_belvo();
  request_view const links{.method = "GET", .target = "/api/links/", .host = {}, .body = {}};
  std::string_view const good = R"({"id":"L1","institution":"itau"})";
  EXPECT_TRUE(d->judge(links, {400, "application/json", good, true}).news.empty());
  EXPECT_TRUE(d->judge(links, {200, "application/json", good, false}).news.empty());
  EXPECT_TRUE(d->judge(links, {200, "application/json", R"({"id":"L1","institution":"narnia"})", true}).news.empty());
  EXPECT_TRUE(d->judge(links, {200, "application/json", "<html>", true}).news.empty());
  EXPECT_TRUE(d->judge(links, {200, "application/json", std::string(100'000, '['), true}).news.empty());
  EXPECT_EQ(d->judge(links, {201, "application/json", good, true}).news.size(), 1u);
}

TEST(Belvo, TrustsTheConfiguredMapOverWhatItLearned) {
  auto const d = a_belvo();
  d->remember(std::vector<learned>{{itau_link, "bb"}});
  auto const target = "/api/links/" + itau_link + "/";
  EXPECT_EQ(d->read({.method = "GET", .target = target, .host = {}, .body = {}}).institutions, list{"itau"});
}

TEST(DialectTable, MakesEveryDialectItNamesAndNoOther) {
  for (auto const& name : dialect_names()) {
    auto const d = make_dialect(name, {});
    ASSERT_TRUE(d) << name;
    for (auto const& code : d->error_codes()) {
      auto const answer = d->error(code, "00000000000000000000000000000001");
      ASSERT_TRUE(answer) << name << ' ' << code;
      EXPECT_GE(answer->status, 400u) << code;
    }
    EXPECT_TRUE(d->error(faults::throttled_html, "1")) << name;
    EXPECT_TRUE(d->error(faults::throttled_json, "1")) << name;
    EXPECT_TRUE(d->error(faults::exhausted_json, "1")) << name;
    EXPECT_TRUE(d->error(faults::overloaded_json, "1")) << name;
    EXPECT_FALSE(d->error("no_such_error", "1")) << name;
  }
  EXPECT_EQ(make_dialect("bellvo", {}), nullptr);
}

}  // namespace
}  // namespace vendaval::dialects
