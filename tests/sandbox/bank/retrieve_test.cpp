#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

struct RetrieveTest : BankTest {
  http_response retrieve(std::string const& kind, std::string const& more = {}) {
    return post("/api/" + kind + "/", R"({"link":")" + link_of("itau") + "\"" + more + "}");
  }
  json::array items(http_response const& r) { return json::parse(r.body).as_array(); }
};

TEST_F(RetrieveTest, EveryResourceCanBeRetrievedListedAndRead) {
  for (std::string const kind : {"accounts", "transactions", "balances", "owners"}) {
    bool const dated = kind == "transactions" || kind == "balances";
    auto const answer = retrieve(kind, dated ? R"(,"date_from":"2025-10-01")" : "");
    ASSERT_EQ(answer.status, 201u) << kind << answer.body;
    auto const all = items(answer);
    ASSERT_FALSE(all.empty()) << kind;
    std::string const id(all.at(0).at("id").as_string());
    auto const one = get("/api/" + kind + "/" + id + "/");
    EXPECT_EQ(one.status, 200u) << kind;
    EXPECT_EQ(json::parse(one.body), all.at(0)) << kind;
    EXPECT_EQ(page_in(get("/api/" + kind + "/?id__in=" + id)).at("count").to_number<int>(), 1) << kind;
    EXPECT_EQ(send(request("DELETE", "/api/" + kind + "/" + id + "/")).status, 204u) << kind;
    EXPECT_EQ(get("/api/" + kind + "/" + id + "/").status, 404u) << kind;
    EXPECT_EQ(send(request("PUT", "/api/" + kind + "/", "{}")).status, 405u) << kind;
  }
}

TEST_F(RetrieveTest, StampsWhatItCollected) {
  now += 90min;
  auto const account = items(retrieve("accounts")).at(0);
  EXPECT_EQ(account.at("collected_at"), "2026-01-19T15:30:00.000Z");
  EXPECT_EQ(account.at("created_at"), "2026-01-19T14:00:00.000Z");
  auto const link = json::parse(get("/api/links/" + link_of("itau") + "/").body);
  EXPECT_EQ(link.at("last_accessed_at"), "2026-01-19T15:30:00.000Z");
}

TEST_F(RetrieveTest, TransactionsAreOfTheDatesAskedForOnly) {
  auto const some = items(retrieve("transactions", R"(,"date_from":"2025-12-01","date_to":"2025-12-31")"));
  auto const all = items(retrieve("transactions", R"(,"date_from":"2025-10-01")"));
  EXPECT_EQ(all.size(), 36u);
  EXPECT_GT(some.size(), 0u);
  EXPECT_LT(some.size(), all.size());
  for (auto const& t : some) {
    EXPECT_GE(std::string(t.at("value_date").as_string()), "2025-12-01");
    EXPECT_LE(std::string(t.at("value_date").as_string()), "2025-12-31");
  }
}

TEST_F(RetrieveTest, ABalanceIsOfTheDayItIsAskedFor) {
  now += 24h * 30;
  auto const balances = items(retrieve("balances", R"(,"date_from":"2026-02-15")"));
  ASSERT_EQ(balances.size(), 2u);
  EXPECT_EQ(balances.at(0).at("value_date"), "2026-02-18");
}

TEST_F(RetrieveTest, SaysWhichFieldIsWrongAndHow) {
  EXPECT_EQ(error_in(post("/api/accounts/", "{}")).at("field"), "link");
  EXPECT_EQ(code_in(post("/api/accounts/", R"({"link":null})")), "null");
  EXPECT_EQ(code_in(post("/api/accounts/", R"({"link":[]})")), "invalid");
  EXPECT_EQ(code_in(post("/api/accounts/", R"({"link":"nobody"})")), "does_not_exist");
  EXPECT_EQ(code_in(post("/api/accounts/", "")), "parse_error");
  EXPECT_EQ(error_in(retrieve("transactions")).at("code"), "required");
  EXPECT_EQ(error_in(retrieve("transactions")).at("field"), "date_from");
  for (std::string const bad : {"19/01/2026", "2026-02-30", "2026-1-1", "today", "2026-01-1x"})
    EXPECT_EQ(code_in(retrieve("transactions", R"(,"date_from":")" + bad + "\"")), "invalid") << bad;
  auto const reversed = retrieve("transactions", R"(,"date_from":"2026-01-10","date_to":"2026-01-01")");
  EXPECT_EQ(code_in(reversed), "invalid");
}

TEST_F(RetrieveTest, WithoutSavingAnswers200AndInTheBackground202) {
  EXPECT_EQ(retrieve("accounts", R"(,"save_data":false)").status, 200u);
  auto r = request("POST", "/api/accounts/", R"({"link":")" + link_of("itau") + R"("})");
  r.headers.push_back({"X-Belvo-Request-Mode", "async"});
  auto const answer = send(r);
  EXPECT_EQ(answer.status, 202u);
  EXPECT_EQ(json::parse(answer.body).at("request_id").as_string().size(), 32u);
}

TEST_F(RetrieveTest, ARetrieveThatNeedsATokenIsResumedWithItsSession) {
  settings.mfa = {100};
  auto const waiting = retrieve("accounts");
  ASSERT_EQ(waiting.status, 428u);
  auto const error = error_in(waiting);
  EXPECT_EQ(error.at("code"), "token_required");
  EXPECT_EQ(error.at("expiry").to_number<int>(), 60);
  auto const body = R"({"session":")" + std::string(error.at("session").as_string()) + R"(","token":"123","link":")" +
                    link_of("itau") + R"("})";
  EXPECT_EQ(code_in(send(request("PATCH", "/api/owners/", body))), "session_expired");  // another resource
  auto const resumed = send(request("PATCH", "/api/accounts/", body));
  EXPECT_EQ(resumed.status, 201u);
  EXPECT_EQ(items(resumed).size(), 2u);
  EXPECT_EQ(code_in(send(request("PATCH", "/api/accounts/", body))), "session_expired");  // used
}

TEST_F(RetrieveTest, ASessionExpiresAfterAMinute) {
  settings.mfa = {100};
  auto const error = error_in(retrieve("accounts"));
  auto const body =
      R"({"session":")" + std::string(error.at("session").as_string()) + R"(","link":")" + link_of("itau") + R"("})";
  now += 60s;
  EXPECT_EQ(code_in(send(request("PATCH", "/api/accounts/", body))), "session_expired");
}

TEST_F(RetrieveTest, InventedPeopleHaveDocumentsNoRealPersonHas) {
  auto const owner = items(retrieve("owners")).at(0);
  EXPECT_TRUE(owner.at("document_id").at("document_number").as_string().starts_with("000"));
  EXPECT_TRUE(owner.at("email").as_string().ends_with("@example.com"));
}

}  // namespace
}  // namespace vendaval::sandbox::test
