// Kinds that remember: credentials, quotas, second factors, and a bank with too few workers.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;

request with(std::uint64_t credential, std::uint64_t client = 1) {
  return {.client = client, .credential = credential};
}

TEST(Token, RefusesACredentialUntilTheClientShowsAnother) {
  path p;
  armed_set const set{.faults = {armed(1, token{})}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(p.decide(with(11), set)), "authentication_failed");
  EXPECT_TRUE(p.decide(with(12), set).untouched());
  EXPECT_EQ(code_of(p.decide(with(11), set)), "authentication_failed");     // the old one stays dead
  EXPECT_EQ(code_of(p.decide(with(12, 2), set)), "authentication_failed");  // each client in its turn
}

TEST(Token, RefusesSoManyRenewedOnesToo) {
  path p;
  armed_set const set{.faults = {armed(1, token{.reject_renewed = 2})}};
  for (std::uint64_t credential : {1u, 2u, 3u}) EXPECT_FALSE(p.decide(with(credential), set).untouched()) << credential;
  EXPECT_TRUE(p.decide(with(4), set).untouched());
}

TEST(Token, LeavesRequestsWithoutACredentialAlone) {
  path p;
  EXPECT_TRUE(p.decide(with(0), {.faults = {armed(1, token{})}}).untouched());
}

TEST(Token, ExpiresEachCredentialInItsOwnTime) {
  path p;
  armed_set const set{.faults = {armed(1, token{.expire = token::when::lifetime, .lifetime = 5min})}};
  EXPECT_TRUE(p.decide(with(1), set, start).untouched());
  EXPECT_TRUE(p.decide(with(2), set, start + 2min).untouched());
  EXPECT_TRUE(p.decide(with(1), set, start + 5min - 1ns).untouched());
  EXPECT_FALSE(p.decide(with(1), set, start + 5min).untouched());
  EXPECT_TRUE(p.decide(with(2), set, start + 5min).untouched());
  EXPECT_FALSE(p.decide(with(2), set, start + 7min).untouched());
}

TEST(Token, ExpiresAllAtTheSameInstantsWhenTheyGoTogether) {
  path p;
  armed_set const set{.faults = {armed(1, token{.expire = token::when::lifetime, .lifetime = 5min, .at_once = true})}};
  p.decide(with(1), set, start);
  p.decide(with(2), set, start + 4min);
  for (std::uint64_t credential : {1u, 2u}) {
    EXPECT_TRUE(p.decide(with(credential), set, start + 5min - 1ns).untouched());
    EXPECT_FALSE(p.decide(with(credential), set, start + 5min).untouched());
  }
  EXPECT_TRUE(p.decide(with(3), set, start + 6min).untouched());
}

TEST(Quota, CountsEachLinkAndRouteByItselfUntilTheMonthIsOver) {
  path p;
  armed_set set{.faults = {armed(1, quota{.calls = 2})}};
  set.calendar = {start, std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + 12h};
  request const one{.link = 5}, other{.link = 6};
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(p.decide(one, set).untouched());
  EXPECT_EQ(code_of(p.decide(one, set)), "operational_limits_reached");
  EXPECT_TRUE(p.decide(other, set).untouched());
  set.faults[0].expires = start + 48h;
  EXPECT_FALSE(p.decide(one, set, start + 14h).untouched());  // 23:00 in Brasília, though February in UTC
  EXPECT_TRUE(p.decide(one, set, start + 15h).untouched());
}

TEST(Mfa, AsksForASecondFactorAndTakesItInTime) {
  path p;
  armed_set const set{.faults = {armed(1, mfa{})}};
  request ask{.link = 3}, resume{.link = 3};
  resume.method = "PATCH";
  EXPECT_EQ(code_of(p.decide(ask, set, start)), "token_required");
  EXPECT_TRUE(p.decide(resume, set, start + 60s).untouched());
  EXPECT_EQ(code_of(p.decide(resume, set, start + 60s + 1ns)), "session_expired");
  EXPECT_EQ(code_of(p.decide(ask, set, start + 2min)), "token_required");
  EXPECT_TRUE(p.decide(resume, set, start + 3min).untouched());
}

TEST(Throttle, CountsAnewWheneverTheClockPassesAWindow) {
  path p;
  armed_set set{.faults = {armed(1, throttle{.requests = 3, .within = 60s, .window = throttle::windows::clock})}};
  set.calendar = {start, std::chrono::sys_days(std::chrono::year(2026) / 1 / 19) + 12h + 50s};
  auto const passed = [&](duration after) {
    int count = 0;
    for (int i = 0; i < 9; ++i) count += forwards(p.decide({}, set, start + after));
    return count;
  };
  EXPECT_EQ(passed(0s), 3);
  EXPECT_EQ(passed(10s - 1us), 0);
  EXPECT_EQ(passed(10s), 3);  // :00, so six within ten seconds
  EXPECT_EQ(passed(69s), 0);
}

TEST(Throttle, SaysWhenToComeBackInSecondsOrAsADate) {
  path p;
  auto const retry_after = [&](throttle::form form) {
    armed_set set{
        .faults = {armed(1, throttle{.requests = 1, .within = 1h, .retry_after = 30s, .retry_after_as = form})}};
    set.calendar = {start, std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 7s};
    p.decide({}, set);
    return std::get<plan::answer>(p.decide({}, set).end).headers.at(0).value;
  };
  EXPECT_EQ(retry_after(throttle::form::seconds), "30");
  EXPECT_EQ(retry_after(throttle::form::date), "Sun, 06 Nov 1994 08:49:37 GMT");
}

/// Plays a load of `per_second` requests for `lasting`; the holds of those served, and how many were turned away.
struct load_report {
  std::vector<duration> holds;
  int turned_away = 0;
};
load_report offer(path& p, armed_set const& set, time_point from, int per_second, duration lasting) {
  load_report result;
  for (duration at{}; at < lasting; at += duration(1s) / per_second) {
    auto const plan = p.decide({}, set, from + at);
    if (forwards(plan))
      result.holds.push_back(plan.hold);
    else
      ++result.turned_away;
  }
  std::ranges::sort(result.holds);
  return result;
}

TEST(Overload, ServesALightLoadAsFastAsItsWorkersAre) {
  path p;
  armed_set const set{.faults = {armed(1, overload{.workers = 8, .service_p50 = 400ms, .service_p99 = 400ms})}};
  auto const light = offer(p, set, start, 10, 60s);  // of the 20 a second that 8 workers of 400 ms can do
  EXPECT_EQ(light.turned_away, 0);
  EXPECT_EQ(light.holds.back(), 400ms);
}

TEST(Overload, QueuesThenTurnsAwayWhatItCannotDo) {
  path p;
  armed_set const set{
      .faults = {armed(1, overload{.workers = 8, .service_p50 = 400ms, .service_p99 = 400ms, .patience = 3s})}};
  auto const heavy = offer(p, set, start, 40, 60s);  // twice what it can do
  EXPECT_NEAR(static_cast<double>(heavy.holds.size()), 20 * 60 + 60, 30);
  EXPECT_GT(heavy.holds[heavy.holds.size() / 2], 3s);
  EXPECT_LE(heavy.holds.back(), 3400ms);
  EXPECT_GT(heavy.turned_away, 1000);
}

TEST(Overload, RecoversOnlyOnceTheQueueIsWorkedOff) {
  path p;
  armed_set const set{
      .faults = {armed(1, overload{.workers = 8, .service_p50 = 400ms, .service_p99 = 400ms, .patience = 3s})}};
  offer(p, set, start, 40, 30s);
  auto const just_after = offer(p, set, start + 30s, 10, 1s);
  EXPECT_GT(just_after.holds.front(), 1500ms);  // the cause is gone, the queue is not
  EXPECT_EQ(offer(p, set, start + 45s, 10, 5s).holds.back(), 400ms);
}

}  // namespace
}  // namespace vendaval::faults
