#include "controller/io/history_routes.hpp"

#include <gmock/gmock.h>

#include "tests/controller/io/controller_io_fixture.hpp"

namespace vendaval::controller::test {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

struct HistoryRoutes : ControllerIo {
  /// The database answers in real time.
  http_response ask_history(std::string target) {
    std::optional<http_response> answer;
    asio::co_spawn(io,
                   routes.answer({.method = "GET", .target = std::move(target), .headers = {{"Host", "localhost"}}}),
                   [&](std::exception_ptr, http_response r) { answer = std::move(r); });
    EXPECT_TRUE(happens([&] { return answer.has_value(); }));
    return answer.value_or(http_response());
  }
};

TEST_F(HistoryRoutes, WhatPassedIsInTheReportAMinuteLater) {
  for (int i = 0; i != 130; ++i) {
    path.exchanges.push_back(vendaval::test::ended_at(
        clock.now(), {.bank = "itau", .result = i % 10 == 0 ? outcome::institution_down : outcome::ok}));
    clock.advance(1s);
  }
  for (int batch = 0; batch != 100 && watch.kept().behind(); ++batch) storage_settles();
  storage_settles();  // and rolled up
  auto const report = json::parse(ask_history("/v1/sla?window=7d&institution=itau&target=95").body);
  auto const& line = report.at("institutions").at(0);
  EXPECT_EQ(line.at("institution"), "itau");
  EXPECT_GE(line.at("attributable").at("without_drills").at("good").to_number<int>(), 54);
  EXPECT_EQ(line.at("attributable").at("met"), false);
  auto const series = json::parse(ask_history("/v1/series?window=1h&institution=itau").body);
  EXPECT_GE(series.at("points").as_array().size(), 1u);
  EXPECT_EQ(series.at("grain"), "minute");
  auto const objectives = json::parse(ask_history("/v1/slo?institution=itau").body);
  auto const& wanted = objectives.at("institutions").at(0);
  EXPECT_EQ(wanted.at("success").at("met"), false);
  EXPECT_GE(wanted.at("failures").at("institution_down").to_number<int>(), 5);
  auto const latency =
      json::parse(ask_history("/v1/slo?institution=itau&metric=latency").body).at("institutions").at(0);
  EXPECT_NEAR(latency.at("latency").at("mean_ms").as_double(), 100, 1);
  EXPECT_FALSE(latency.as_object().contains("success"));
  auto const who = json::parse(ask_history("/v1/series?window=1h&institution=itau&by=client").body).at("clients");
  ASSERT_EQ(who.as_array().size(), 1u);
  EXPECT_EQ(who.at(0).at("client"), "0000000000000000") << "the number that stands for it";
  EXPECT_GE(who.at(0).at("calls").to_number<int>(), 60);
  EXPECT_GE(who.at(0).at("bad").to_number<int>(), 6);
}

TEST_F(HistoryRoutes, EveryConfiguredBankHasALineWithCallsOrWithout) {
  auto const report = json::parse(ask_history("/v1/sla").body);
  EXPECT_EQ(report.at("institutions").as_array().size(), config.banks.all().size());
  EXPECT_EQ(report.at("target_percent"), 99.9);
}

TEST_F(HistoryRoutes, SayWhatIsWrongWithARequest) {
  for (auto const* const target :
       {"/v1/sla?window=91d", "/v1/sla?target=much", "/v1/sla?institution=nowhere", "/v1/slo?window=91d",
        "/v1/slo?metric=speed", "/v1/slo?institution=nowhere", "/v1/series", "/v1/series?institution=itau&window=x",
        "/v1/series?institution=itau&by=address"})
    EXPECT_EQ(get(target).status, 400u) << target;
  EXPECT_THAT(get("/v1/sla?institution=nowhere").body, HasSubstr("there are"));
  EXPECT_THAT(get("/v1/slo?metric=speed").body, HasSubstr("there are success, latency, availability, recovery"));
  EXPECT_EQ(post("/v1/sla", {}).status, 405u);
}

}  // namespace
}  // namespace vendaval::controller::test
