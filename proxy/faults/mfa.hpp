#pragma once
#include <string>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The bank asks for a second factor. A call for a link is answered with a challenge; resuming it (PATCH) in time
/// passes, too late it does not.
///   kind = "mfa"
///   expires = "60s"
struct mfa {
  static constexpr std::string_view name = "mfa";
  static constexpr std::string_view about =
      "Asks for a second factor, and refuses to resume once the challenge has expired.";
  static constexpr peers elsewhere{"-", "-", "scenarios (states by hand)"};
  static constexpr reach acts = reach::before_upstream;
  static constexpr bool remembers = true;

  duration expires = 60s;
  std::string challenge = "token_required", expired = "session_expired";

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("expires", self.expires, meaning{"a challenge can be answered for so long"}, 1s, 1h);
    visit("challenge", self.challenge, meaning{"the API's code for the challenge"});
    visit("expired", self.expired, meaning{"the API's code for an answer that comes too late"});
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const {
    check_code(checks, "challenge", challenge);
    check_code(checks, "expired", expired);
  }
  bool random() const { return true; }
  bool shape(plan& p, shaping_context& context) const {
    auto const& request = context.request;
    auto const who = (request.subject != 0 ? request.subject : request.client) | 1;
    if (request.method != "PATCH") {
      if (!context.seen().restart(who, context.now)) return false;
      p.end = said(context, challenge);
      return true;
    }
    auto const asked = context.seen().of(who, context.now);
    if (!asked || context.now - *asked <= expires) return false;
    p.end = said(context, expired);
    return true;
  }
};

}  // namespace vendaval::faults
