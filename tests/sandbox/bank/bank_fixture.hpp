#pragma once
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "sandbox/bank/bank.hpp"
#include "sandbox/basic_auth.hpp"

namespace vendaval::sandbox::test {

namespace json = boost::json;

/// 2026-01-19 14:00 UTC at one hour on the monotonic clock.
inline timeline a_monday() {
  using namespace std::chrono;
  return {time_point(1h), sys_days(2026y / January / 19) + 14h};
}

/// A bank that answers at once and never fails of itself, so that a test sees only what it asked for.
inline bank_settings quick_bank() {
  bank_settings s;
  s.read = s.retrieve = s.link = s.token = s.meta = {};
  s.errors = {0};
  return s;
}

struct BankTest : testing::Test {
  bank_settings settings = quick_bank();
  timeline calendar = a_monday();
  time_point now = calendar.steady;
  dice d{7};
  std::optional<bank> it;

  bank& the_bank() {
    if (!it) it.emplace(settings, mission_institutions(), calendar);
    return *it;
  }
  http_request request(std::string method, std::string target, std::string body = {}) {
    http_request r{std::move(method), std::move(target), {}, std::move(body), "192.0.2.1"};
    r.headers = {{"Host", "bank.example:8443"},
                 {"Authorization", basic_authorization(settings.secret_id, settings.secret_password)}};
    return r;
  }
  http_response send(http_request const& r) { return the_bank().handle(r, now, d).response; }
  http_response get(std::string target) { return send(request("GET", std::move(target))); }
  http_response post(std::string target, std::string body) {
    return send(request("POST", std::move(target), std::move(body)));
  }
  std::string link_of(std::string_view bank) { return the_bank().links_of(bank).at(0); }
  /// The one error in an answer of Belvo's shape, checked for that shape.
  json::object error_in(http_response const& r) {
    auto const body = json::parse(r.body);
    EXPECT_TRUE(body.is_array()) << r.body;
    auto const& first = body.as_array().at(0).as_object();
    EXPECT_EQ(first.at("request_id").as_string().size(), 32u);
    return first;
  }
  std::string code_in(http_response const& r) { return std::string(error_in(r).at("code").as_string()); }
};

inline json::object page_in(http_response const& r) { return json::parse(r.body).as_object(); }

}  // namespace vendaval::sandbox::test
