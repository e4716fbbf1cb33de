#include "sandbox/io/bank_server.hpp"

#include <boost/json.hpp>

#include "tests/sandbox/io/sandbox_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using BankServer = SandboxIo;

TEST_F(BankServer, AnswersOverTlsAsTheModelDoes) {
  auto const bank = open_bank();
  auto const answer = get(bank->port(), "/api/transactions/?link=" + bank->links_of("itau").at(0));
  ASSERT_EQ(answer.error, "");
  EXPECT_EQ(answer.status, 200u);
  auto const page = boost::json::parse(answer.body);
  EXPECT_EQ(page.at("count").to_number<int>(), 36);
  auto const origin = "https://127.0.0.1:" + std::to_string(bank->port()) + "/api/transactions/";
  EXPECT_THAT(std::string(page.at("next").as_string()), StartsWith(origin));
}

TEST_F(BankServer, IsNotTrustedByAClientThatDoesNotKnowItsCa) {
  auto const bank = open_bank();
  auto r = request_to(bank->port(), "/api/");
  r.ca_file.clear();
  auto const answer = client.call(r);
  EXPECT_NE(answer.error, "");
  EXPECT_EQ(bank->counters().requests, 0u);
}

TEST_F(BankServer, SpeaksPlainHttpWithoutAnIdentityAndSaysSoInItsUrls) {
  bank_server bank(settings, mission_institutions(), {"127.0.0.1", 0}, std::nullopt);
  bank.start();
  auto r = request_to(bank.port(), "/api/transactions/");
  r.url.replace(0, 5, "http");
  auto const answer = client.call(r);
  ASSERT_EQ(answer.status, 200u) << answer.error;
  EXPECT_THAT(std::string(boost::json::parse(answer.body).at("next").as_string()), StartsWith("http://127.0.0.1:"));
}

TEST_F(BankServer, CountsWhatItAnswered) {
  auto const bank = open_bank();
  get(bank->port(), "/api/");
  get(bank->port(), "/api/nothing/");
  auto wrong = request_to(bank->port(), "/api/");
  wrong.password = secret("wrong");
  EXPECT_EQ(client.call(wrong).status, 401u);
  auto const counted = bank->counters();
  EXPECT_EQ(counted.requests, 3u);
  EXPECT_EQ(counted.ok, 1u);
  EXPECT_EQ(counted.refused, 2u);
  EXPECT_EQ(counted.under_way, 0u);
}

TEST_F(BankServer, TakesTheTimeItsModelSays) {
  settings.meta = {50ms, 50ms};
  auto const bank = open_bank();
  EXPECT_GE(get(bank->port(), "/api/").took, 50ms);
}

TEST_F(BankServer, IsBrokenAndMendedWhileItRuns) {
  auto const bank = open_bank();
  auto r = request_to(bank->port(), "/api/accounts/");
  r.method = "POST";
  r.headers = {{"Content-Type", "application/json"}};
  r.body = R"({"link":")" + bank->links_of("itau").at(0) + R"("})";
  EXPECT_EQ(client.call(r).status, 201u);
  ASSERT_TRUE(bank->set_status("itau", bank_status::down));
  EXPECT_THAT(client.call(r).body, HasSubstr("institution_down"));
  bank->set_status("itau", bank_status::healthy);
  EXPECT_EQ(client.call(r).status, 201u);
}

TEST_F(BankServer, StopsWhileAnswersAreStillOwed) {
  settings.meta = {1h, 1h};
  auto const bank = open_bank();
  inbox<outbound_result> results;
  client.send(request_to(bank->port(), "/api/"), [&](outbound_result r) { results.put(std::move(r)); });
  ASSERT_TRUE(eventually([&] { return bank->counters().under_way == 1; }));
  bank->stop();
  EXPECT_NE(results.next().error, "");
  EXPECT_EQ(bank->counters().under_way, 0u);
  bank->stop();  // again does no harm
}

TEST_F(BankServer, SaysWhichAddressIsTaken) {
  auto const first = open_bank();
  try {
    bank_server second(settings, mission_institutions(), {"127.0.0.1", first->port()}, leaf);
    FAIL() << "two banks on one port";
  } catch (std::runtime_error const& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(first->port())));
  }
}

}  // namespace
}  // namespace vendaval::sandbox::test
