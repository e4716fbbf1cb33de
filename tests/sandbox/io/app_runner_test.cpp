#include "sandbox/io/app_runner.hpp"

#include <boost/json.hpp>

#include "sandbox/io/receiver.hpp"
#include "tests/sandbox/io/sandbox_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct AppRunner : SandboxIo {
  app_settings wishes;
  app_runner_options options;
  inbox<breaker_event> changes;

  AppRunner() {
    wishes.institutions = {"itau", "caixa"};
    wishes.requests_per_minute = 6000;  // a hundred a second: an outage shows at once
    wishes.breaker.open = 20ms;
    options.ca_file = ca.certificate;
  }
  std::unique_ptr<app_runner> open_app(bank_server const& bank) {
    options.base_url = "https://127.0.0.1:" + std::to_string(bank.port());
    auto app = std::make_unique<app_runner>(wishes, mission_institutions(), options,
                                            [this](breaker_event const& e) { changes.put(e); });
    app->start();
    return app;
  }
};

TEST_F(AppRunner, LearnsItsLinksAndIsServedByAHealthyBank) {
  auto const bank = open_bank();
  auto const app = open_app(*bank);
  ASSERT_TRUE(eventually([&] {
    auto const view = app->look();
    return view.ready && view.statistics.at("itau").succeeded > 50 && view.statistics.at("caixa").succeeded > 50;
  }));
  auto const view = app->look();
  EXPECT_EQ(view.trouble, "");
  EXPECT_EQ(view.statistics.at("itau").user_success(), percent{100});
  EXPECT_EQ(view.breakers.at("itau"), breaker_state::closed);
  EXPECT_EQ(bank->counters().refused + bank->counters().broken, 0u);
}

TEST_F(AppRunner, TellsItsBreakersStoryOfAnOutageToWhoeverItIsToldTo) {
  inbox<received_message> reports;
  receiver report_to({"127.0.0.1", 0}, leaf, [&](received_message const& m) { reports.put(m); });
  report_to.start();
  options.report_breaker_to = "https://127.0.0.1:" + std::to_string(report_to.port()) + "/breaker";
  auto const bank = open_bank();
  bank->set_status("itau", bank_status::down);
  auto const app = open_app(*bank);

  for (auto const expected : {breaker_state::open, breaker_state::half_open, breaker_state::open}) {
    auto const change = changes.next();
    EXPECT_EQ(change.institution, "itau");
    EXPECT_EQ(change.state, expected) << word(change.state);
  }
  bank->set_status("itau", bank_status::healthy);
  while (changes.next().state != breaker_state::closed)
    if (HasFailure()) return;

  auto const report = boost::json::parse(reports.next().body);
  EXPECT_EQ(report.at("institution"), "itau");
  EXPECT_EQ(report.at("state"), "open");
  EXPECT_EQ(report.at("at").as_string().size(), std::string("2026-01-19T17:31:05.120Z").size());
  auto const view = app->look();
  EXPECT_GT(view.statistics.at("itau").rejected, 0u);
  EXPECT_EQ(view.statistics.at("caixa").failed, 0u);
  EXPECT_EQ(view.reports_failed, 0u);
}

TEST_F(AppRunner, SaysWhyItHasNotBegunWithoutGivingItsSecretAway) {
  auto const bank = open_bank();
  wishes.secret_password = "not-the-password";
  auto const app = open_app(*bank);
  ASSERT_TRUE(eventually([&] { return app->look().trouble.contains("401"); }));
  EXPECT_THAT(app->look().trouble,
              AllOf(HasSubstr("/api/institutions/"), HasSubstr("authentication_failed"), Not(HasSubstr("not-the"))));
  EXPECT_FALSE(app->look().ready);
}

TEST_F(AppRunner, GoesOnAskingUntilTheApiIsThere) {
  auto first = open_bank();
  auto const port = first->port();
  first->stop();
  first.reset();
  options.base_url = "https://127.0.0.1:" + std::to_string(port);
  app_runner app(wishes, mission_institutions(), options);
  app.start();
  ASSERT_TRUE(eventually([&] { return app.look().trouble.contains("cannot read"); }));
  bank_server late(settings, mission_institutions(), {"127.0.0.1", port}, leaf);
  late.start();
  EXPECT_TRUE(eventually([&] { return app.look().ready; }));
}

TEST_F(AppRunner, ItsOwnPatienceEndsACallAndIsCalledATimeout) {
  settings.retrieve = {1h, 1h};
  wishes.timeout = 300ms;
  wishes.retry.most = 0;
  auto const bank = open_bank();
  auto const app = open_app(*bank);
  EXPECT_EQ(changes.next().state, breaker_state::open);
  EXPECT_GE(app->look().statistics.at("itau").of(call_outcome::timeout) +
                app->look().statistics.at("caixa").of(call_outcome::timeout),
            5u);
}

TEST_F(AppRunner, StopsWithCallsUnderWayAndBeforeItEverStarted) {
  settings.read = {1h, 1h};
  auto const bank = open_bank();
  auto const app = open_app(*bank);
  ASSERT_TRUE(eventually([&] { return bank->counters().under_way > 0; }));
  app->stop();
  app->stop();
  app_runner(wishes, mission_institutions(), options).stop();
}

TEST_F(AppRunner, CountsReportsThatNobodyTook) {
  receiver report_to({"127.0.0.1", 0}, leaf);
  report_to.start();
  report_to.misbehave(500, 1000);
  options.report_breaker_to = "https://127.0.0.1:" + std::to_string(report_to.port()) + "/breaker";
  auto const bank = open_bank();
  bank->set_status("itau", bank_status::down);
  auto const app = open_app(*bank);
  EXPECT_TRUE(eventually([&] { return app->look().reports_failed > 0; }));
}

}  // namespace
}  // namespace vendaval::sandbox::test
