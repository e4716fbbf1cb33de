#include "sandbox/app/app.hpp"

#include <map>

#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

/// An app and a bank in virtual time: what a call is given, it is given when the model says.
struct AppTest : BankTest {
  app_settings wishes;
  std::optional<simulated_app> app;
  std::multimap<time_point, std::pair<app_call, call_result>> under_way;
  std::vector<breaker_event> events;
  std::vector<app_call> sent;
  std::vector<time_point> sent_at;
  /// Answers in the bank's stead when it returns something.
  std::function<std::optional<bank_answer>(app_call const&)> instead = [](auto const&) { return std::nullopt; };

  AppTest() { wishes.institutions = {"itau", "caixa"}; }

  void start() {
    directory banks;
    for (auto const& code : wishes.institutions) banks[code] = {"", the_bank().links_of(code)};
    app.emplace(wishes, banks, calendar, now);
  }
  void make(app_call const& call) {
    sent.push_back(call), sent_at.push_back(now);
    auto const& r = call.request;
    auto answer = instead(call);
    if (!answer) answer = the_bank().handle(request(r.method, r.target, r.body), now, d);
    bool const late = answer->latency > wishes.timeout;
    call_result const result{!late && answer->response.status != 0, late, answer->response.status,
                             answer->response.body};
    under_way.emplace(now + std::min(answer->latency, wishes.timeout), std::pair(call, result));
  }
  void run_for(duration d_run) {
    auto const end = now + d_run;
    for (;;) {
      for (auto const& call : app->due(now)) make(call);
      for (auto const& event : app->take_events()) events.push_back(event);
      auto next = app->next_due();
      if (!under_way.empty()) next = std::min(next, under_way.begin()->first);
      if (next > end) break;
      now = std::max(now, next);
      while (!under_way.empty() && under_way.begin()->first <= now) {
        auto const [call, result] = under_way.extract(under_way.begin()).mapped();
        app->completed(call.id, result, now);
      }
    }
    now = end;
  }
  bank_answer answer_of(unsigned status, std::string const& code, duration latency = {}) {
    http_response response;
    response.status = status;
    response.body = code.empty() ? "" : R"([{"code":")" + code + R"("}])";
    return {response, latency};
  }
  void everything_answers(unsigned status, std::string code) {
    instead = [=, this](app_call const&) { return answer_of(status, code); };
  }
};

TEST_F(AppTest, WantsWhatItsRateSaysAndAHealthyBankGivesIt) {
  settings.read = {400ms, 900ms}, settings.retrieve = {1800ms, 4s};
  start();
  run_for(20min);
  for (std::string const code : {"itau", "caixa"}) {
    auto const s = app->statistics(code);
    EXPECT_NEAR(static_cast<double>(s.wanted), 1200, 140) << code;
    EXPECT_GE(s.succeeded, s.wanted - 10) << code;  // but those under way
    EXPECT_GE(s.user_success().value, 99.0) << code;
    EXPECT_EQ(s.calls_ok, s.of(call_outcome::ok));
    EXPECT_EQ(s.rejected + s.shed, 0u);
  }
  EXPECT_TRUE(events.empty());
}

TEST_F(AppTest, AnOutageOpensTheBreakerOfThatBankAloneAndItsEndClosesIt) {
  start();
  run_for(2min);
  auto const caixa_before = app->statistics("caixa");
  the_bank().set_status("itau", bank_status::down);
  auto const began = now;
  run_for(6min);

  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].institution, "itau");
  EXPECT_EQ(events[0].state, breaker_state::open);
  EXPECT_LT(events[0].at - began, 60s);
  for (std::size_t i = 0; i + 1 < events.size(); i += 2) {
    EXPECT_EQ(events[i].state, breaker_state::open);
    EXPECT_EQ(events[i + 1].state, breaker_state::half_open);
    EXPECT_EQ(events[i + 1].at - events[i].at, 60s);
  }
  auto const itau = app->statistics("itau");
  EXPECT_GT(itau.rejected, 0u);
  EXPECT_EQ(itau.retries, 0u);  // institution_down is a 400
  // Five to open it, then one trial per open time.
  EXPECT_GE(itau.of(call_outcome::institution), 9u);
  EXPECT_LE(itau.of(call_outcome::institution), 11u);
  EXPECT_EQ(app->statistics("caixa").failed, caixa_before.failed);
  EXPECT_EQ(app->breaker("caixa"), breaker_state::closed);

  the_bank().set_status("itau", bank_status::healthy);
  auto const ended = now;
  run_for(3min);
  EXPECT_EQ(app->breaker("itau"), breaker_state::closed);
  EXPECT_EQ(events.back().state, breaker_state::closed);
  EXPECT_LE(events.back().at - ended, 90s);
}

TEST_F(AppTest, ReadsGoOnWhileTheBreakerIsOpen) {
  start();
  the_bank().set_status("itau", bank_status::down);
  run_for(2min);
  ASSERT_EQ(app->breaker("itau"), breaker_state::open);
  sent.clear();
  run_for(30s);
  int reads = 0, retrieves = 0;
  for (auto const& call : sent)
    if (call.institution == "itau") ++(call.request.what == operation::retrieve ? retrieves : reads);
  EXPECT_GT(reads, 10);
  EXPECT_LE(retrieves, 1);
}

TEST_F(AppTest, ABreakerCanBeSetToGuardEverything) {
  wishes.breaker.guards = {operation::link, operation::retrieve, operation::read, operation::token, operation::meta};
  everything_answers(500, "unexpected_error");
  start();
  run_for(30s);
  sent.clear();
  run_for(20s);
  EXPECT_TRUE(sent.empty());
}

TEST_F(AppTest, WrongKeysThrottlingAndQuotaDoNotOpenAnyBreakerAndAreNotRetried) {
  for (auto const& [status, code] : std::map<unsigned, std::string>{
           {401, "authentication_failed"}, {403, ""}, {428, "token_required"}, {400, "operational_limits_reached"}}) {
    everything_answers(status, code);
    start();
    run_for(5min);
    EXPECT_EQ(app->breaker("itau"), breaker_state::closed) << status;
    EXPECT_GT(app->statistics("itau").failed, 200u);
    EXPECT_EQ(app->statistics("itau").retries, 0u) << status;
    EXPECT_EQ(app->statistics("itau").user_success(), percent{0});
  }
}

TEST_F(AppTest, TriesAgainAtTheInstantsOfItsPolicy) {
  wishes.institutions = {"itau"};
  wishes.requests_per_minute = 0.01;  // one user, so that only his request is seen
  wishes.retry = {.most = 3, .base = 1s, .factor = 2, .jitter = {0}};
  wishes.breaker.failure_threshold = 100;
  everything_answers(503, "");
  start();
  run_for(app->next_due() - now + 20s);
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_EQ(sent_at[1] - sent_at[0], 1s);
  EXPECT_EQ(sent_at[2] - sent_at[1], 2s);
  EXPECT_EQ(sent_at[3] - sent_at[2], 4s);
  EXPECT_EQ(sent[3].tried, 4u);
  EXPECT_EQ(sent[3].request.target, sent[0].request.target);
  auto const s = app->total();
  EXPECT_EQ(s.wanted, 1u);
  EXPECT_EQ(s.failed, 1u);
  EXPECT_EQ(s.retries, 3u);
}

TEST_F(AppTest, ARetryThatSucceedsIsASuccessForTheUser) {
  int calls = 0;
  instead = [&](app_call const&) -> std::optional<bank_answer> {
    if (++calls % 3 != 0) return std::nullopt;
    return answer_of(0, "");  // reset by the peer
  };
  start();
  run_for(10min);
  auto const s = app->total();
  EXPECT_GT(s.of(call_outcome::network), 300u);
  EXPECT_GE(s.retries, s.of(call_outcome::network) - s.failed - 10);
  EXPECT_GE(s.user_success().value, 98.0);
}

TEST_F(AppTest, LosesPatienceAndCountsItAsTimeoutAgainstTheBank) {
  instead = [&](app_call const& call) -> std::optional<bank_answer> {
    if (call.institution != "itau" || call.request.what != operation::retrieve) return std::nullopt;
    return answer_of(200, "", 12s);
  };
  start();
  run_for(3min);
  EXPECT_EQ(events.at(0).institution, "itau");
  EXPECT_EQ(events.at(0).state, breaker_state::open);
  EXPECT_GE(app->statistics("itau").of(call_outcome::timeout), 5u);
  EXPECT_EQ(app->statistics("caixa").of(call_outcome::timeout), 0u);
}

TEST_F(AppTest, OneHangingBankCannotUseMoreThanItsShareOfWorkers) {
  wishes.timeout = 1h;
  wishes.concurrent = 4;
  wishes.queue = 20;
  instead = [&](app_call const& call) -> std::optional<bank_answer> {
    if (call.institution != "itau") return std::nullopt;
    return answer_of(200, "", 30min);
  };
  start();
  run_for(10min);
  auto const itau = app->statistics("itau");
  EXPECT_EQ(itau.calls, 4u);
  EXPECT_EQ(itau.shed, itau.wanted - 4 - 20);
  EXPECT_GE(app->statistics("caixa").user_success().value, 99.9);
  EXPECT_EQ(app->statistics("caixa").shed, 0u);
}

TEST_F(AppTest, EveryRequestIsAccountedForOnce) {
  int calls = 0;
  instead = [&](app_call const&) -> std::optional<bank_answer> {
    switch (++calls % 7) {
      case 0: return answer_of(500, "unexpected_error");
      case 1: return answer_of(400, "institution_down");
      case 2: return answer_of(0, "");
      default: return std::nullopt;
    }
  };
  start();
  run_for(10min);
  auto const s = app->total();
  auto const decided = s.succeeded + s.failed + s.rejected + s.shed;
  EXPECT_LE(decided, s.wanted);
  EXPECT_GE(decided + 20, s.wanted);  // some wait for their retry
  std::uint64_t outcomes = 0;
  for (auto const n : s.outcomes) outcomes += n;
  EXPECT_EQ(outcomes + app->in_flight(), s.calls);
}

TEST_F(AppTest, TheSameSeedMakesTheSameDay) {
  start();
  run_for(5min);
  auto const first = std::exchange(sent, {});
  now = calendar.steady, under_way.clear();
  start();
  run_for(5min);
  ASSERT_EQ(first.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(first[i].request.target, sent[i].request.target);
  wishes.seed = 2;
  now = calendar.steady, under_way.clear(), sent.clear();
  start();
  run_for(5min);
  EXPECT_NE(first.at(0).request.target + first.at(1).request.target,
            sent.at(0).request.target + sent.at(1).request.target);
}

TEST_F(AppTest, IgnoresResultsOfCallsItDoesNotKnow) {
  start();
  app->completed(4711, {true, false, 200, "{}"}, now);
  EXPECT_EQ(app->total().calls, 0u);
}

}  // namespace
}  // namespace vendaval::sandbox::test
