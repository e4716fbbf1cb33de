#pragma once
#include "proxy/faults/handshake.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The client says hello, and that is where it ends.
///   kind = "handshake"
///   server_names = ["*"]
///   how = "alert"
///   alert = "internal_error"
struct handshake_end {
  static constexpr std::string_view name = "handshake";
  static constexpr std::string_view about =
      "Ends the TLS handshake after the client's hello: with an alert, with a bare FIN, or with a reset.";
  static constexpr peers elsewhere{"reset_peer (of any connection)", "-", "-"};
  static constexpr reach acts = reach::handshake;
  enum class way : std::uint8_t { alert, close, reset };
  static constexpr std::array<std::string_view, 3> ways{"alert", "close", "reset"};

  way how = way::alert;
  tls_alert alert = tls_alert::handshake_failure;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("how", self.how, meaning{"what the client is told"}, ways);
    visit("alert", self.alert, meaning{"which alert, with `how = \"alert\"`"}, tls_alert_names);
  }
  void check(fault_checks& checks) const {
    if (how != way::alert && checks.given("alert"))
      checks.fail("alert", "nothing is said before a close or a reset", "leave it out, or use how = \"alert\"");
  }
  bool shake(handshake_plan& p, handshake_context&) const {
    using ending = handshake_plan::ending;
    if (p.end != ending::none) return false;
    p.end = how == way::alert ? ending::alert : how == way::close ? ending::close : ending::reset;
    p.alert = alert;
    return true;
  }
};

}  // namespace vendaval::faults
