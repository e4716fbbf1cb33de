#pragma once
#include <optional>
#include <string>

#include "proxy/toxics/toxic.hpp"

namespace vendaval::toxics {

/// TLS towards the client: PEM files.
struct terminate_tls {
  std::string certificate, key;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("certificate", self.certificate);
    visit("key", self.key);
  }
  bool operator==(terminate_tls const&) const = default;
};

/// TLS towards the upstream, whose certificate is verified.
struct originate_tls {
  std::string ca;           // PEM file; empty = the system's
  std::string server_name;  // to ask for and to verify; empty = the upstream's host
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("ca", self.ca);
    visit("server_name", self.server_name);
  }
  bool operator==(originate_tls const&) const = default;
};

/// One proxy of the book: a listener, where it leads, and what goes wrong on the way.
struct proxy_entry {
  std::string name, listen, upstream;  // "127.0.0.1:26379"; listen as the system gave it while enabled
  bool enabled = true;
  bool http = false;  // roll toxicity for each request in place of each connection
  std::optional<terminate_tls> tls{};
  std::optional<originate_tls> upstream_tls{};
  /// In what bytes it speaks; settled when it is made, since live connections could not follow.
  bool speaks_as(proxy_entry const& other) const {
    return http == other.http && tls == other.tls && upstream_tls == other.upstream_tls;
  }
  toxic_list toxics{};  // in the order in which they were added, of both streams
};

/// Why something was not done, as Toxiproxy says it.
struct refusal {
  unsigned status = 400;
  std::string text;
};

}  // namespace vendaval::toxics
