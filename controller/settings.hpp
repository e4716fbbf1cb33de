#pragma once
/// vendaval.toml as values. The shells take from here what is theirs; nothing here opens a file or a socket.
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"
#include "base/listen_address.hpp"
#include "base/redact.hpp"
#include "base/toml/reader.hpp"
#include "controller/read_channels.hpp"
#include "monitor/alerts/rule.hpp"
#include "monitor/baseline/usual_options.hpp"
#include "monitor/notify/ladder.hpp"
#include "monitor/probes/plan.hpp"
#include "monitor/silences/calendar.hpp"
#include "proxy/dialects/table.hpp"
#include "proxy/faults/armed_book.hpp"
#include "proxy/faults/marker.hpp"
#include "proxy/limits.hpp"
#include "proxy/places.hpp"

namespace vendaval::controller {

enum class environment : std::uint8_t { sandbox, staging };
inline constexpr std::string_view environment_names[]{"sandbox", "staging"};

/// PEM files.
struct certificate_files {
  std::string certificate, key;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("certificate", self.certificate);
    visit("key", self.key);
  }
};

/// The data path. Zero threads: one for each processor.
struct proxy_settings {
  listen_address listen{"127.0.0.1", 8443};
  std::uint32_t threads = 0;
  certificate_files own;
  std::vector<certificate_files> identities;     // further ones, chosen by the name a client asks for
  std::string fault_ca, fault_key;               // PEM files of the CA that signs the certificates of TLS faults
  std::string client_ca;                         // PEM file; not empty: clients must show a certificate under it
  std::optional<listen_address> forward_listen;  // for clients that use us as their HTTP proxy
  bool intercept = false;                        // end the TLS inside CONNECT with certificates of our own CA
  std::string intercept_ca, intercept_key;       // PEM files of that CA
  faults::marker marker = faults::marker::x_vendaval_fault;  // on answers that a fault made or changed
  std::string public_url;  // how the app reaches us, for links in bodies; empty = from the Host header

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("threads", self.threads, 0u, 256u);
    certificate_files::fields(self.own, visit);
    visit("client_ca", self.client_ca);
    visit("fault_ca", self.fault_ca);
    visit("fault_key", self.fault_key);
    visit("intercept", self.intercept);
    visit("intercept_ca", self.intercept_ca);
    visit("intercept_key", self.intercept_key);
    visit("marker", self.marker, faults::marker_names);
    visit("public_url", self.public_url);
  }
};

/// The APIs behind the proxy. Only hosts in `allow` are reached, and faults injected for no other: with an empty list
/// everything passes to `url`, untouched.
struct upstream_settings {
  std::string url = "https://sandbox.belvo.com";
  std::string ca;               // PEM file; empty = the system's
  certificate_files own;        // shown to an upstream that asks for a certificate
  std::string pin, pin_reason;  // accept this public key alone; and why the usual check cannot be had
  std::string dialect = "belvo";
  std::vector<std::string> allow;       // exact names, each with an optional port
  std::vector<upstream_host> hosts;     // [[upstream.host]]: what is particular about some of them
  std::string header;                   // plain, open_finance: names the bank
  std::vector<dialects::place> places;  // plain, open_finance: [[upstream.place]]
  dialects::multi_bank multi_bank = dialects::multi_bank::pass;  // belvo
  bool ask_for_links = false;                                    // belvo
  std::string production;  // must be `production_phrase` when url or allow name a production host

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("url", self.url);
    visit("ca", self.ca);
    certificate_files::fields(self.own, visit);
    visit("pin", self.pin);
    visit("pin_reason", self.pin_reason);
    visit("dialect", self.dialect);
    visit("allow", self.allow);
    visit("production", self.production);
    visit("header", self.header);
    visit("multi_bank", self.multi_bank, dialects::multi_bank_names);
    visit("ask_for_links", self.ask_for_links);
  }
  std::string host() const;                        // of url, lower case, without port
  std::vector<std::string> allowed_names() const;  // of `allow`, without ports
};
inline constexpr std::string_view production_phrase = "real customers may be hurt, and I was told to";

/// Where the API's webhooks come in, and the one app that they go on to.
struct webhook_options {
  std::optional<listen_address> listen;  // none: no webhooks
  std::string app, ca;                   // origin; PEM file, empty = the system's
};

struct api_settings {
  listen_address listen{"127.0.0.1", 8480};
  std::string token_file;  // needed unless we listen on loopback only
  std::string public_url;  // where people reach it: messages link to their incident there; empty = no link
};

/// A Toxiproxy beside the proxy; upstreams on the allow-list may be its own.
struct toxiproxy_options {
  listen_address listen{"127.0.0.1", 8474};
  std::string config;  // JSON file of proxies
  duration lease{1h};  // of toxics that ask for none

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("config", self.config);
    visit("lease", self.lease, 1s, 24h);
  }
};

struct game_day_options {
  std::uint32_t compress = 1;
  duration lease{15s};
  std::optional<std::uint64_t> seed;
  std::string directory = "runs";  // journals and reports

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("compress", self.compress, 1u, 1000u);
    visit("lease", self.lease, 1s, 1min);
    visit("seed", self.seed, std::uint64_t{0}, std::uint64_t{INT64_MAX});
    visit("directory", self.directory);
  }
};

struct settings {
  environment where = environment::sandbox;
  proxy_settings proxy;
  gateway_limits limits;
  faults::arming_limits faults;
  std::uint32_t max_active_faults = 10'000;
  upstream_settings upstream;
  webhook_options webhooks;
  institutions banks = mission_institutions();
  std::map<std::string, std::string> links;  // link id → institution id
  std::string links_file;                    // CSV with more of them; read_links() reads it
  api_settings api;
  std::optional<toxiproxy_options> toxiproxy;  // none: there is none
  std::string storage = "sqlite:vendaval.db";
  game_day_options game_day;
  std::vector<monitor::rule> rules;
  monitor::usual_options usual;
  std::vector<monitor::maintenance_plan> maintenance;
  std::vector<channel_settings> channels;
  monitor::ladder_settings escalation;
  monitor::probe_settings probes;
};

/// Reads and checks a configuration. Either all of it is right, or every mistake in it is returned at once.
std::expected<settings, problems> check_settings(std::string text, std::string file);

}  // namespace vendaval::controller
