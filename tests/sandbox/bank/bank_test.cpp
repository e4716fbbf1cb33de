#include "sandbox/bank/bank.hpp"

#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

TEST_F(BankTest, AnswersTheLoginPing) { EXPECT_EQ(get("/api/").status, 200u); }

TEST_F(BankTest, RefusesAWrongSecretWithAuthenticationFailed) {
  auto r = request("GET", "/api/");
  r.headers[1].value = basic_authorization(settings.secret_id, "wrong");
  auto const answer = send(r);
  EXPECT_EQ(answer.status, 401u);
  EXPECT_EQ(code_in(answer), "authentication_failed");
  EXPECT_EQ(error_in(answer).at("message"), "Invalid Secret Keys");
}

TEST_F(BankTest, RefusesARequestWithoutASecret) {
  auto r = request("GET", "/api/links/");
  r.headers.pop_back();
  EXPECT_EQ(send(r).status, 401u);
}

TEST_F(BankTest, TakesTheSecretItWasConfiguredWith) {
  settings.secret_id = "mine", settings.secret_password = "också hemligt";
  EXPECT_EQ(get("/api/").status, 200u);
}

TEST_F(BankTest, ListsTheSevenBanksAsHealthy) {
  auto const page = page_in(get("/api/institutions/"));
  EXPECT_EQ(page.at("count").to_number<int>(), 7);
  for (auto const& item : page.at("results").as_array()) EXPECT_EQ(item.at("status"), "healthy");
  EXPECT_EQ(page.at("results").at(1).at("name"), "ofitau_br_retail");
}

TEST_F(BankTest, FindsABankByItsNumber) {
  auto const list = page_in(get("/api/institutions/"));
  auto const number = list.at("results").at(1).at("id").to_number<int>();
  auto const one = page_in(get("/api/institutions/" + std::to_string(number) + "/"));
  EXPECT_EQ(one.at("display_name"), "Itaú");
  EXPECT_EQ(get("/api/institutions/9/").status, 404u);
}

TEST_F(BankTest, ABankThatIsDownSaysSoInTheListAndFailsRetrievesButServesStoredData) {
  auto const link = link_of("itau");
  ASSERT_TRUE(the_bank().set_status("itau", bank_status::down));
  auto const list = page_in(get("/api/institutions/"));
  EXPECT_EQ(list.at("results").at(1).at("status"), "down");
  EXPECT_EQ(list.at("results").at(0).at("status"), "healthy");

  auto const refused = post("/api/accounts/", R"({"link":")" + link + R"("})");
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(code_in(refused), "institution_down");
  EXPECT_EQ(code_in(post("/api/links/", R"({"institution":"ofitau_br_retail"})")), "institution_down");
  EXPECT_EQ(get("/api/accounts/?link=" + link).status, 200u);
  EXPECT_EQ(post("/api/accounts/", R"({"link":")" + link_of("caixa") + R"("})").status, 201u);

  the_bank().set_status("itau", bank_status::healthy);
  EXPECT_EQ(post("/api/accounts/", R"({"link":")" + link + R"("})").status, 201u);
}

TEST_F(BankTest, IsBrokenByHandOverHttp) {
  EXPECT_EQ(send(request("PUT", "/sandbox/institutions/itau/", R"({"status":"down"})")).status, 200u);
  EXPECT_EQ(code_in(post("/api/links/", R"({"institution":"ofitau_br_retail"})")), "institution_down");
  EXPECT_EQ(send(request("PUT", "/sandbox/institutions/itua/", R"({"status":"down"})")).status, 404u);
  auto const wrong = send(request("PUT", "/sandbox/institutions/itau/", R"({"status":"broken"})"));
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_EQ(error_in(wrong).at("field"), "status");
  EXPECT_FALSE(the_bank().set_status("itua", bank_status::down));
}

TEST_F(BankTest, AnswersUnknownPathsAndMethodsInItsOwnShape) {
  EXPECT_EQ(code_in(get("/api/nothing/")), "not_found");
  EXPECT_EQ(code_in(get("/api/accounts")), "not_found");
  EXPECT_EQ(code_in(get("/")), "not_found");
  EXPECT_EQ(code_in(get("*")), "not_found");
  EXPECT_EQ(get("/api/accounts/x/y/").status, 404u);
  auto const refused = post("/api/institutions/", "{}");
  EXPECT_EQ(refused.status, 405u);
  EXPECT_EQ(error_in(refused).at("message"), "Method \"POST\" not allowed.");
}

TEST_F(BankTest, ThrottlesOneSourceWithAPageOfHtmlUntilTheWindowHasPassed) {
  settings.throttle_requests = 80;
  for (int i = 0; i < 80; ++i) ASSERT_EQ(get("/api/").status, 200u) << i;
  auto const refused = get("/api/");
  EXPECT_EQ(refused.status, 403u);
  EXPECT_EQ(refused.content_type, "text/html");
  EXPECT_TRUE(refused.body.contains("openresty"));

  auto other = request("GET", "/api/");
  other.peer = "192.0.2.2";
  EXPECT_EQ(send(other).status, 200u);
  now += 30s - 1ms;
  EXPECT_EQ(get("/api/").status, 403u);
  now += 1ms;
  EXPECT_EQ(get("/api/").status, 200u);
}

TEST_F(BankTest, DoesNotThrottleUnlessAskedTo) {
  for (int i = 0; i < 500; ++i) ASSERT_EQ(get("/api/").status, 200u);
}

TEST_F(BankTest, FailsOfItselfAsOftenAsItIsSetTo) {
  settings.errors = {5};
  int failed = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto const answer = get("/api/owners/?page_size=1");
    if (answer.status == 200) continue;
    ASSERT_EQ(answer.status, 500u);
    ASSERT_EQ(code_in(answer), "unexpected_error");
    ++failed;
  }
  EXPECT_NEAR(failed, 1000, 120);
}

TEST_F(BankTest, TakesAsLongAsItsLatencyModelSays) {
  settings.retrieve = {1800ms, 4s};
  auto const r = request("POST", "/api/accounts/", R"({"link":")" + link_of("bb") + R"("})");
  std::vector<duration> taken;
  for (int i = 0; i < 20'001; ++i) taken.push_back(the_bank().handle(r, now, d).latency);
  std::ranges::sort(taken);
  EXPECT_NEAR(std::chrono::duration<double>(taken[10'000]).count(), 1.8, 0.05);
  EXPECT_NEAR(std::chrono::duration<double>(taken[19'000]).count(), 4.0, 0.15);
  EXPECT_EQ(the_bank().handle(request("GET", "/api/accounts/"), now, d).latency, duration{});
}

TEST_F(BankTest, GivesTheSameAnswersToTheSameDice) {
  bank other(settings, mission_institutions(), calendar);
  dice one(3), two(3);
  auto const r = request("POST", "/api/links/", R"({"institution":"ofbb"})");
  EXPECT_EQ(the_bank().handle(r, now, one).response.body, other.handle(r, now, two).response.body);
  EXPECT_EQ(the_bank().links_of("inter"), other.links_of("ofinter_br_retail"));
  settings.seed = 2;
  EXPECT_NE(the_bank().links_of("inter"), bank(settings, mission_institutions(), calendar).links_of("inter"));
}

}  // namespace
}  // namespace vendaval::sandbox::test
