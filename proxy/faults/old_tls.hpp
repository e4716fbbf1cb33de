#pragma once
#include "proxy/faults/handshake.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Speaks an old version of TLS and no newer one. Clients that still accept it are served.
///   kind = "old_tls"
///   server_names = ["*"]
///   newest = "1.1"
struct old_tls {
  static constexpr std::string_view name = "old_tls";
  static constexpr std::string_view about = "Speaks TLS 1.1 or 1.0 at most, as servers do that nobody has updated.";
  static constexpr peers elsewhere{"-", "-", "-"};
  static constexpr reach acts = reach::handshake;

  tls_version newest = tls_version::tls_1_1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("newest", self.newest, meaning{"the newest version spoken"}, tls_version_names);
  }
  void check(fault_checks&) const {}
  bool shake(handshake_plan& p, handshake_context&) const {
    if (p.newest || p.end != handshake_plan::ending::none) return false;
    p.newest = newest;
    return true;
  }
};

}  // namespace vendaval::faults
