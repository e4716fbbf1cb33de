#include "sandbox/app/traffic.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>

namespace vendaval::sandbox {
namespace {

std::chrono::sys_days const monday = std::chrono::sys_days(std::chrono::year(2026) / 1 / 19);

TEST(Traffic, HasTheSharesOfTheMixOverManyDraws) {
  dice d(1);
  std::map<demand, int> drawn;
  for (int i = 0; i < 100'000; ++i) ++drawn[draw_demand(d)];
  EXPECT_NEAR(drawn[demand::read_transactions], 45'000, 600);
  EXPECT_NEAR(drawn[demand::read_accounts], 20'000, 500);
  EXPECT_NEAR(drawn[demand::refresh_balances] + drawn[demand::refresh_accounts], 15'000, 450);
  EXPECT_NEAR(drawn[demand::refresh_balances], 7'500, 350);
  EXPECT_NEAR(drawn[demand::refresh_transactions], 10'000, 400);
  EXPECT_NEAR(drawn[demand::see_institution], 5'000, 300);
  EXPECT_NEAR(drawn[demand::widget_token], 5'000, 300);
}

TEST(Traffic, ArrivesAtItsRateWithGapsThatVaryAsTheyShould) {
  dice d(2);
  double sum = 0, squares = 0;
  constexpr int n = 100'000;
  for (int i = 0; i < n; ++i) {
    double const gap = std::chrono::duration<double>(draw_gap(60, d)).count();
    sum += gap, squares += gap * gap;
  }
  EXPECT_NEAR(sum / n, 1.0, 0.02);
  EXPECT_NEAR(squares / n - (sum / n) * (sum / n), 1.0, 0.06);  // exponential: variance = mean²
}

TEST(Traffic, AsksAsTheSdkDoes) {
  app_settings const s;
  bank_entry const bank{"102", {"3f1c0d5e-0000-4000-8000-000000000001"}};
  auto const& link = bank.links[0];
  dice d(3);
  auto const make = [&](demand what) { return make_request(what, bank, s, monday, d); };

  auto const read = make(demand::read_transactions);
  EXPECT_EQ(read.what, operation::read);
  EXPECT_EQ(read.method + " " + read.target, "GET /api/transactions/?link=" + link);
  EXPECT_EQ(make(demand::read_accounts).target, "/api/accounts/?link=" + link);

  auto const refresh = make(demand::refresh_transactions);
  EXPECT_EQ(refresh.what, operation::retrieve);
  EXPECT_EQ(refresh.method + " " + refresh.target, "POST /api/transactions/");
  auto const body = boost::json::parse(refresh.body);
  EXPECT_EQ(body.at("link").as_string(), link);
  EXPECT_EQ(body.at("date_from"), "2026-01-13");
  EXPECT_EQ(body.at("date_to"), "2026-01-19");
  EXPECT_EQ(make(demand::refresh_balances).target, "/api/balances/");
  EXPECT_EQ(make(demand::refresh_accounts).target, "/api/accounts/");
  EXPECT_EQ(make(demand::see_institution).target, "/api/institutions/102/");

  auto const token = make(demand::widget_token);
  EXPECT_EQ(token.what, operation::token);
  EXPECT_EQ(boost::json::parse(token.body).at("link_id").as_string(), link);
  EXPECT_EQ(boost::json::parse(token.body).at("password").as_string(), s.secret_password);
}

TEST(Traffic, ABankWithoutLinksIsOnlyAskedForWhatNeedsNone) {
  dice d(4);
  app_settings const s;
  for (auto const& [what, share] : traffic_mix) {
    auto const r = make_request(what, {}, s, monday, d);
    EXPECT_TRUE(r.target == "/api/institutions/" || r.target == "/api/token/") << r.target;
    EXPECT_FALSE(r.body.contains("link_id"));
  }
}

}  // namespace
}  // namespace vendaval::sandbox
