#pragma once
/// Where requests may go. Every host of the allow-list is a place of its own, exact in scheme, name and port; what is
/// not in this table cannot be reached by any way in.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vendaval {

/// A host beside the usual one that needs more than its name on the allow-list.
struct upstream_host {
  std::string url;          // "https://auth.bank.example:8443"; no path
  std::string ca_file;      // PEM to trust in place of the system's
  std::string server_name;  // name to ask for and to verify; empty = the host of url
};

/// Where requests go that do not say where, and what is particular about other hosts.
struct upstream_settings {
  std::string url;          // "https://sandbox.belvo.com"; http:// is accepted; no path
  std::string ca_file;      // PEM to trust in place of the system's
  std::string server_name;  // name to ask for and to verify; empty = the host of url
  std::vector<upstream_host> hosts;
  bool production_confirmed = false;  // a person has said that production hosts are meant

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("url", self.url);
    visit("ca_file", self.ca_file);
    visit("server_name", self.server_name);
  }
};

/// One entry of the allow-list: "sandbox.belvo.com", "sandbox.belvo.com:8443", "[::1]:8443". Without a port it stands
/// for the scheme's own and for those that the configured URLs name.
struct allowed_host {
  std::string name;  // lower case, brackets kept
  std::optional<std::uint16_t> port;
  static std::optional<allowed_host> parse(std::string_view text);
};

struct upstream_place {
  std::size_t number = 0;  // in the table: what is kept per place is kept by it
  bool secure = true;
  std::string host, port;   // to connect to; an IPv6 address without brackets
  std::string authority;    // for the Host field: "sandbox.belvo.com"
  std::string origin;       // "https://sandbox.belvo.com"
  std::string verify_name;  // to ask for and to verify in TLS
  std::string ca_file;
};

class place_table {
 public:
  /// Throws std::runtime_error with a sentence for people: a URL not understood, off the allow-list, in production.
  place_table(upstream_settings const& s, std::vector<std::string> const& allowed);

  /// Where requests go that name no place.
  upstream_place const& usual() const { return all_.front(); }
  std::span<upstream_place const> all() const { return all_; }
  /// "sandbox.belvo.com", "127.0.0.1:8443": the place of exactly this scheme, name and port, else null.
  upstream_place const* find(bool secure, std::string_view authority) const;
  /// The place that CONNECT names, whose port is always written out and whose scheme is not known.
  upstream_place const* find_port(std::string_view authority) const;

 private:
  bool on_list(upstream_place const& place) const;
  void add_configured(upstream_host const& host);
  void add_allowed(allowed_host const& entry);
  void add(upstream_place place);

  std::vector<allowed_host> allowed_;
  std::vector<upstream_place> all_;  // the usual one, those of [[upstream.host]], those that the allow-list adds
  std::size_t configured_ = 0;
};

/// May a listed host of this name be found at this address? Not on this machine unless the name says so, and never
/// where metadata services, everybody or nobody answer.
bool may_live_at(std::string_view host, std::string_view address);

/// Hosts that serve real customers.
bool is_production_host(std::string_view host);

}  // namespace vendaval
