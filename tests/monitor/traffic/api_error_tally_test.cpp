#include "monitor/traffic/api_error_tally.hpp"

#include <gtest/gtest.h>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

exchange with(std::string code, outcome result = outcome::client_error, bool injected = false) {
  auto x = test::ended_at(time_point(1h), {.result = result, .injected = injected});
  x.code = std::move(code);
  return x;
}

TEST(ApiErrorTally, AreCountedByBankAndCodeInjectedOnesApart) {
  api_error_tally errors;
  errors.observe(with("institution_down", outcome::institution_down));
  errors.observe(with("institution_down", outcome::institution_down));
  errors.observe(with("institution_down", outcome::institution_down, true));
  errors.observe(with("login_error", outcome::auth_user));
  auto const& itau = errors.all().at("itau");
  EXPECT_EQ(itau.size(), 2u);
  EXPECT_EQ(itau.at("institution_down"), (api_error_tally::counts{2, 1}));
  EXPECT_EQ(itau.at("login_error"), (api_error_tally::counts{1, 0}));
}

TEST(ApiErrorTally, WhatTheApiDidNotCallAnErrorIsNone) {
  api_error_tally errors;
  errors.observe(with(""));
  errors.observe(with("INTERACTION_ID_MISSING", outcome::ok));
  errors.observe(with("truncated", outcome::upstream_invalid));
  EXPECT_TRUE(errors.all().empty());
}

TEST(ApiErrorTally, NoApiCanMakeThemGrow) {
  api_error_tally errors;
  for (int i = 0; i != 1000; ++i) errors.observe(with("code_" + std::to_string(i)));
  errors.observe(with("code_3"));
  auto const& itau = errors.all().at("itau");
  EXPECT_EQ(itau.size(), api_error_tally::most_codes + 1);
  EXPECT_EQ(itau.at("other").genuine, 1000 - api_error_tally::most_codes);
  EXPECT_EQ(itau.at("code_3").genuine, 2u);
}

}  // namespace
}  // namespace vendaval::monitor
