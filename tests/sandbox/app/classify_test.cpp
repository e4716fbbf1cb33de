#include "sandbox/app/classify.hpp"

#include <gtest/gtest.h>

#include "sandbox/bank/errors.hpp"

namespace vendaval::sandbox {
namespace {

call_outcome of(unsigned status, std::string body) { return classify({true, false, status, std::move(body)}); }
call_outcome of_code(unsigned status, std::string const& code) {
  return of(status, R"([{"code":")" + code + R"(","message":"m","request_id":"r"}])");
}

TEST(Classify, KnowsABanksOutageByItsCodeAndNotByItsStatus) {
  for (std::string const code : {"institution_down", "institution_unavailable", "institution_inactive"})
    EXPECT_EQ(of_code(400, code), call_outcome::institution) << code;
  EXPECT_EQ(of_code(400, "required"), call_outcome::client_error);
  EXPECT_EQ(of(400, "<html>"), call_outcome::client_error);
  EXPECT_EQ(of(400, "[]"), call_outcome::client_error);
  EXPECT_EQ(of(400, "[1]"), call_outcome::client_error);
}

TEST(Classify, TellsTheOtherRefusalsApart) {
  EXPECT_EQ(of_code(400, "too_many_sessions"), call_outcome::contention);
  EXPECT_EQ(of_code(400, "operational_limits_reached"), call_outcome::quota);
  EXPECT_EQ(of_code(400, "invalid_link"), call_outcome::credentials);
  EXPECT_EQ(of_code(400, "login_error"), call_outcome::credentials);
  EXPECT_EQ(of_code(400, "session_expired_ob"), call_outcome::credentials);
  EXPECT_EQ(of_code(401, "authentication_failed"), call_outcome::credentials);
  EXPECT_EQ(of_code(404, "expired_credentials"), call_outcome::credentials);
  EXPECT_EQ(of_code(404, "not_found"), call_outcome::client_error);
  EXPECT_EQ(of_code(403, "permission_denied"), call_outcome::client_error);
  EXPECT_EQ(of(403, throttle_page().body), call_outcome::throttled);
  EXPECT_EQ(of(429, ""), call_outcome::throttled);
  EXPECT_EQ(of(529, ""), call_outcome::throttled);
  EXPECT_EQ(of_code(428, "token_required"), call_outcome::mfa);
  EXPECT_EQ(of_code(408, "request_timeout"), call_outcome::timeout);
  EXPECT_EQ(of_code(500, "unexpected_error"), call_outcome::server_error);
  EXPECT_EQ(of(502, "<html>"), call_outcome::server_error);
}

TEST(Classify, AGoodStatusWithoutJsonIsNoGoodAnswer) {
  EXPECT_EQ(of(200, R"({"results":[]})"), call_outcome::ok);
  EXPECT_EQ(of(201, " \n[]"), call_outcome::ok);
  EXPECT_EQ(of(204, ""), call_outcome::ok);
  EXPECT_EQ(of(200, "<html>Manutenção programada</html>"), call_outcome::invalid_body);
  EXPECT_EQ(of(200, ""), call_outcome::invalid_body);
}

TEST(Classify, NoAnswerIsTheNetworkOrOurPatience) {
  EXPECT_EQ(classify({false, false, 0, {}}), call_outcome::network);
  EXPECT_EQ(classify({false, false, 200, "{\"results\":["}), call_outcome::network);  // broken off
  EXPECT_EQ(classify({false, true, 0, {}}), call_outcome::timeout);
}

TEST(Classify, OnlyTheBanksOwnFailuresWeighAgainstIt) {
  using enum call_outcome;
  for (auto const o : {network, timeout, server_error, institution}) EXPECT_EQ(weigh(o), verdict::bad) << word(o);
  for (auto const o : {contention, throttled, quota, credentials, mfa, invalid_body, client_error})
    EXPECT_EQ(weigh(o), verdict::neither) << word(o);
  EXPECT_EQ(weigh(ok), verdict::good);
}

}  // namespace
}  // namespace vendaval::sandbox
