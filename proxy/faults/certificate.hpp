#pragma once
#include "proxy/faults/handshake.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Shows a certificate with one thing wrong. No session is resumed meanwhile, so that every client sees it.
///   kind = "certificate"
///   server_names = ["belvo.staging.example"]
///   flaw = "expired"
struct certificate {
  static constexpr std::string_view name = "certificate";
  static constexpr std::string_view about =
      "Shows the client a certificate with one thing wrong, in place of the proxy's own.";
  static constexpr peers elsewhere{"-", "-", "-"};
  static constexpr reach acts = reach::handshake;

  certificate_flaw flaw = certificate_flaw::expired;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("flaw", self.flaw, meaning{"what is wrong; the first three are signed by `[proxy] fault_ca`"},
          certificate_flaw_names);
  }
  void check(fault_checks& checks) const {
    if (!checks.can_sign && needs_trusted_issuer(flaw))
      checks.fail(
          "flaw",
          "no certificate can be made for it: without a CA that the clients trust they would complain about the "
          "issuer",
          "name the CA under [proxy] as fault_ca and fault_key, or choose unknown_issuer, untrusted_root or "
          "self_signed");
  }
  bool shake(handshake_plan& p, handshake_context&) const {
    if (p.certificate || p.end != handshake_plan::ending::none) return false;
    p.certificate = flaw;
    return true;
  }
};

}  // namespace vendaval::faults
