#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "sandbox/bank/settings.hpp"
#include "sandbox/operation.hpp"

namespace vendaval::sandbox {

/// What came of one call, as a Belvo-aware app understands it.
enum class call_outcome : std::uint8_t {
  ok,
  network,       // no answer: refused, reset, broken off
  timeout,       // our own patience, or the API's 408
  server_error,  // 5xx but 529
  institution,   // 400 institution_down, institution_unavailable, institution_inactive
  contention,    // 400 too_many_sessions
  throttled,     // 403 HTML, 429, 529: our rate, not the bank
  quota,         // 400 operational_limits_reached
  credentials,   // 401, invalid_link, login_error, …: keys, link or consent
  mfa,           // 428
  invalid_body,  // 2xx, but what came is not JSON
  client_error   // everything else the API refuses
};
inline constexpr std::array<std::string_view, 12> call_outcome_words{
    "ok",        "network", "timeout",     "server_error", "institution",  "contention",
    "throttled", "quota",   "credentials", "mfa",          "invalid_body", "client_error"};
inline std::string_view word(call_outcome o) { return call_outcome_words[static_cast<std::size_t>(o)]; }

/// When a call is tried again. Never on a 4xx but too_many_sessions and 408.
struct retry_policy {
  unsigned most = 3;           // retries after the first try
  duration base = 1s;          // before the first retry
  double factor = 2;           // each wait is this much longer
  percent jitter{50};          // up to this much of the wait is added
  duration contention = 120s;  // before trying again after too_many_sessions
  std::vector<call_outcome> on{call_outcome::network, call_outcome::timeout, call_outcome::server_error,
                               call_outcome::contention};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("retry_most", self.most, 0, 20);
    visit("retry_base", self.base, 1ms, 1h);
    visit("retry_factor", self.factor, 1.0, 10.0);
    visit("retry_jitter", self.jitter);
    visit("retry_contention", self.contention, 1ms, 1h);
    visit("retry_on", self.on, call_outcome_words);
  }
};

struct breaker_settings {
  unsigned failure_threshold = 5;  // failures in a row that open it
  unsigned success_threshold = 2;  // successes, half-open, that close it
  duration open = 60s;             // until it lets one call try
  // Reads are of the aggregator's stored data and go on working through a bank's outage, so they are not guarded: were
  // they, their successes would keep resetting the count and the breaker would never open.
  std::vector<operation> guards{operation::retrieve, operation::link};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("breaker_failure_threshold", self.failure_threshold, 1, 1000);
    visit("breaker_success_threshold", self.success_threshold, 1, 1000);
    visit("breaker_open", self.open, 1ms, 24h);
    visit("breaker_guards", self.guards, operation_words);
  }
};

struct app_settings {
  std::string instance = "app-1";  // sent as X-Client-Instance
  std::vector<std::string> institutions{"bb", "itau", "bradesco", "santander", "caixa", "nubank", "inter"};
  std::string secret_id = demo_secret_id;
  std::string secret_password = demo_secret_password;
  std::uint64_t seed = 1;
  double requests_per_minute = 60;  // of its users, per institution, before retries
  duration timeout = 10s;           // of one call
  unsigned concurrent = 10;         // calls under way per institution, so that one bank cannot use up all workers
  unsigned queue = 200;             // calls waiting for that, per institution; the oldest is given up beyond it
  retry_policy retry;
  breaker_settings breaker;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("instance", self.instance);
    visit("institutions", self.institutions);
    visit("secret_id", self.secret_id);
    visit("secret_password", self.secret_password);
    visit("seed", self.seed, 0, 1'000'000'000);
    visit("requests_per_minute", self.requests_per_minute, 0.01, 60'000.0);
    visit("timeout", self.timeout, 1ms, 1h);
    visit("concurrent", self.concurrent, 1, 10'000);
    visit("queue", self.queue, 0, 100'000);
    retry_policy::fields(self.retry, visit);
    breaker_settings::fields(self.breaker, visit);
  }
};

}  // namespace vendaval::sandbox
