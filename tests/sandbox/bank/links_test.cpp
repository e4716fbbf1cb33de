#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

struct LinksTest : BankTest {
  json::object created(std::string const& institution) {
    auto const answer = post("/api/links/", R"({"institution":")" + institution +
                                                R"(","username":"ana","password":"s3cret","external_id":"u-1"})");
    EXPECT_EQ(answer.status, 201u) << answer.body;
    EXPECT_FALSE(answer.body.contains("s3cret"));
    return json::parse(answer.body).as_object();
  }
};

TEST_F(LinksTest, ANewLinkComesWithItsOwnAccountsAndCanBeRead) {
  auto const link = created("ofitau_br_retail");
  std::string const id(link.at("id").as_string());
  EXPECT_EQ(link.at("institution"), "ofitau_br_retail");
  EXPECT_EQ(link.at("status"), "valid");
  EXPECT_EQ(link.at("external_id"), "u-1");
  EXPECT_EQ(json::parse(get("/api/links/" + id + "/").body), json::value(link));
  EXPECT_EQ(page_in(get("/api/accounts/?link=" + id)).at("count").to_number<int>(), 2);
  EXPECT_EQ(page_in(get("/api/owners/?link=" + id)).at("count").to_number<int>(), 1);
}

TEST_F(LinksTest, SaysWhatIsMissingUnknownOrMalformed) {
  auto const missing = post("/api/links/", "{}");
  EXPECT_EQ(missing.status, 400u);
  EXPECT_EQ(error_in(missing).at("code"), "required");
  EXPECT_EQ(error_in(missing).at("message"), "This field is required.");
  EXPECT_EQ(error_in(missing).at("field"), "institution");

  auto const unknown = post("/api/links/", R"({"institution":"narnia"})");
  EXPECT_EQ(error_in(unknown).at("code"), "does_not_exist");
  EXPECT_EQ(error_in(unknown).at("message"), "Object with name=narnia does not exist.");
  EXPECT_EQ(code_in(post("/api/links/", R"({"institution":"itau"})")), "does_not_exist");  // our code, not Belvo's name
  EXPECT_EQ(code_in(post("/api/links/", R"({"institution":null})")), "null");
  EXPECT_EQ(code_in(post("/api/links/", R"({"institution":7})")), "invalid");
  EXPECT_EQ(code_in(post("/api/links/", "{")), "parse_error");
  EXPECT_EQ(code_in(post("/api/links/", "[]")), "parse_error");
  EXPECT_EQ(code_in(post("/api/links/", R"({"institution":"ofitau_br_retail","access_mode":"twice"})")), "invalid");
}

TEST_F(LinksTest, ChangesCredentialsByPutAndAccessModeByPatch) {
  auto const path = "/api/links/" + link_of("bb") + "/";
  EXPECT_EQ(send(request("PUT", path, R"({"password":"new"})")).status, 200u);
  EXPECT_EQ(code_in(send(request("PUT", path, "{}"))), "required");
  auto const patched = send(request("PATCH", path, R"({"access_mode":"single"})"));
  EXPECT_EQ(patched.status, 200u);
  EXPECT_EQ(json::parse(patched.body).at("access_mode"), "single");
  EXPECT_EQ(code_in(send(request("PATCH", path, R"({"access_mode":"thrice"})"))), "invalid");
  EXPECT_EQ(send(request("POST", path, "{}")).status, 405u);
}

TEST_F(LinksTest, PutNeedsTheBankAndPatchDoesNot) {
  auto const path = "/api/links/" + link_of("bb") + "/";
  the_bank().set_status("bb", bank_status::down);
  EXPECT_EQ(code_in(send(request("PUT", path, R"({"password":"new"})"))), "institution_down");
  EXPECT_EQ(send(request("PATCH", path, R"({"access_mode":"single"})")).status, 200u);
}

TEST_F(LinksTest, ADeletedLinkTakesItsDataAlong) {
  auto const id = link_of("bb");
  auto const gone = send(request("DELETE", "/api/links/" + id + "/"));
  EXPECT_EQ(gone.status, 204u);
  EXPECT_TRUE(gone.body.empty());
  EXPECT_EQ(get("/api/links/" + id + "/").status, 404u);
  for (std::string const kind : {"accounts", "transactions", "balances", "owners"})
    EXPECT_EQ(page_in(get("/api/" + kind + "/?link=" + id)).at("count").to_number<int>(), 0) << kind;
  EXPECT_EQ(send(request("DELETE", "/api/links/" + id + "/")).status, 404u);
  EXPECT_EQ(the_bank().links_of("bb").size(), 3u);
}

TEST_F(LinksTest, GivesAWidgetTokenForTheKeysInTheBody) {
  auto r = request("POST", "/api/token/",
                   R"({"id":"sandbox-id","password":"sandbox-password","scopes":"read_institutions"})");
  r.headers.pop_back();  // no Authorization: the keys are in the body
  auto const answer = send(r);
  EXPECT_EQ(answer.status, 200u);
  auto const token = json::parse(answer.body);
  EXPECT_FALSE(token.at("access").as_string().empty());

  auto const refresh = R"({"refresh":")" + std::string(token.at("refresh").as_string()) + R"("})";
  EXPECT_EQ(post("/api/token/refresh/", refresh).status, 200u);
  EXPECT_EQ(code_in(post("/api/token/refresh/", refresh)), "token_not_valid");  // used
}

TEST_F(LinksTest, ARefreshTokenIsGoodForTenMinutes) {
  auto const keys = R"({"id":"sandbox-id","password":"sandbox-password"})";
  auto const refresh_of = [&] {
    auto const token = json::parse(post("/api/token/", keys).body);
    return R"({"refresh":")" + std::string(token.at("refresh").as_string()) + R"("})";
  };
  auto const first = refresh_of(), second = refresh_of();
  now += 10min - 1ms;
  EXPECT_EQ(post("/api/token/refresh/", first).status, 200u);
  now += 1ms;
  EXPECT_EQ(post("/api/token/refresh/", second).status, 401u);
}

TEST_F(LinksTest, RefusesAWidgetTokenForWrongKeysOrAnUnknownLink) {
  EXPECT_EQ(post("/api/token/", R"({"id":"sandbox-id","password":"wrong"})").status, 401u);
  auto const missing = json::parse(post("/api/token/", "{}").body).as_array();
  EXPECT_EQ(missing.size(), 2u);  // all complaints at once
  EXPECT_EQ(missing.at(1).at("field"), "password");
  auto const unknown = post("/api/token/", R"({"id":"sandbox-id","password":"sandbox-password","link_id":"x"})");
  EXPECT_EQ(code_in(unknown), "does_not_exist");
  EXPECT_EQ(get("/api/token/").status, 405u);
  EXPECT_EQ(post("/api/token/other/", "{}").status, 404u);
}

}  // namespace
}  // namespace vendaval::sandbox::test
