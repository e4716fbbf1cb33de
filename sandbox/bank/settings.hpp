#pragma once
#include <cstdint>
#include <string>

#include "base/units.hpp"
#include "sandbox/latency_model.hpp"

namespace vendaval::sandbox {

/// The demo's keys. They open nothing but the sandbox bank.
inline constexpr char demo_secret_id[] = "sandbox-id";
inline constexpr char demo_secret_password[] = "sandbox-password";

/// How the sandbox bank behaves when nobody breaks it. Defaults: what real banks behind Belvo are like on a good day.
struct bank_settings {
  std::string secret_id = demo_secret_id;
  std::string secret_password = demo_secret_password;
  std::string public_origin;  // "https://sandbox.example:8443", for next/previous; empty: scheme and the request's Host
  std::string scheme = "https";  // set by whoever listens, not by a file
  std::uint64_t seed = 1;        // of the data: the same seed makes the same links, accounts and amounts

  unsigned page_size = 10;  // Belvo's sandbox holds 10, production 100
  unsigned links_per_bank = 4;
  unsigned accounts_per_link = 2;
  unsigned transactions_per_account = 18;

  latency_model read{400ms, 900ms};    // stored data: GET
  latency_model retrieve{1800ms, 4s};  // the aggregator asks the bank
  latency_model link{1800ms, 4s};
  latency_model token{150ms, 400ms};
  latency_model meta{100ms, 300ms};  // login ping, institutions

  percent errors{0.5};             // genuine 500 unexpected_error on read, retrieve and link
  percent mfa{0};                  // share of retrieves that ask for a token first (428, then PATCH)
  unsigned throttle_requests = 0;  // per source and window; 0 = off. Belvo: 80 in 30 s
  duration throttle_window = 30s;
  duration refresh{0};  // how often each recurrent link is refreshed by itself, which the app hears of; 0 = never

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("secret_id", self.secret_id);
    visit("secret_password", self.secret_password);
    visit("public_origin", self.public_origin);
    visit("seed", self.seed, 0, 1'000'000'000);
    visit("page_size", self.page_size, 1, 1000);
    visit("links_per_bank", self.links_per_bank, 0, 1000);
    visit("accounts_per_link", self.accounts_per_link, 1, 10);
    visit("transactions_per_account", self.transactions_per_account, 0, 1000);
    visit("read_p50", self.read.p50, 0s, 10min);
    visit("read_p95", self.read.p95, 0s, 10min);
    visit("retrieve_p50", self.retrieve.p50, 0s, 10min);
    visit("retrieve_p95", self.retrieve.p95, 0s, 10min);
    visit("link_p50", self.link.p50, 0s, 10min);
    visit("link_p95", self.link.p95, 0s, 10min);
    visit("token_p50", self.token.p50, 0s, 10min);
    visit("token_p95", self.token.p95, 0s, 10min);
    visit("meta_p50", self.meta.p50, 0s, 10min);
    visit("meta_p95", self.meta.p95, 0s, 10min);
    visit("errors", self.errors);
    visit("mfa", self.mfa);
    visit("throttle_requests", self.throttle_requests, 0, 1'000'000);
    visit("throttle_window", self.throttle_window, 1s, 1h);
    visit("refresh", self.refresh, 0s, 168h);
  }
};

}  // namespace vendaval::sandbox
