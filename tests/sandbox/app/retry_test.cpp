#include "sandbox/app/retry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vendaval::sandbox {
namespace {

TEST(Retry, WaitsLongerEachTimeAndThenGivesUp) {
  // What Belvo asks of its clients for 5xx: 3, 6, 12, 24, 48 s.
  retry_policy const belvo{.most = 5, .base = 3s, .factor = 2, .jitter = {0}};
  dice d(1);
  std::vector<duration> waits;
  for (unsigned tried = 1; auto const wait = wait_before_retry(belvo, call_outcome::server_error, tried, d); ++tried)
    waits.push_back(*wait);
  EXPECT_EQ(waits, (std::vector<duration>{3s, 6s, 12s, 24s, 48s}));
}

TEST(Retry, AddsJitterUpToItsShareAndNeverTakesAway) {
  retry_policy const policy{.base = 1s, .jitter = {50}};
  dice d(2);
  duration least = 1h, most{};
  for (int i = 0; i < 10'000; ++i) {
    auto const wait = *wait_before_retry(policy, call_outcome::timeout, 2, d);
    least = std::min(least, wait), most = std::max(most, wait);
  }
  EXPECT_GE(least, 2s);
  EXPECT_LT(least, 2010ms);
  EXPECT_LT(most, 3s);
  EXPECT_GT(most, 2990ms);
}

TEST(Retry, NeverRetriesWhatTheApiRefusesButTooManySessions) {
  using enum call_outcome;
  dice d(3);
  retry_policy const policy{.jitter = {0}};
  for (auto const o : {institution, throttled, quota, credentials, mfa, client_error, invalid_body, ok})
    EXPECT_FALSE(wait_before_retry(policy, o, 1, d)) << word(o);
  for (auto const o : {network, timeout, server_error}) EXPECT_EQ(wait_before_retry(policy, o, 1, d), 1s) << word(o);
  EXPECT_EQ(wait_before_retry(policy, contention, 1, d), 120s);
  EXPECT_EQ(wait_before_retry(policy, contention, 2, d), 240s);
}

TEST(Retry, CanBeTurnedOff) {
  dice d(4);
  EXPECT_FALSE(wait_before_retry({.most = 0}, call_outcome::network, 1, d));
}

}  // namespace
}  // namespace vendaval::sandbox
