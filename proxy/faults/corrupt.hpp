#pragma once
#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Some bytes of the answer's body become others; head, length and framing stay what they were.
///   kind = "corrupt"
///   share = "1%"        # of the bytes
struct corrupt {
  static constexpr std::string_view name = "corrupt";
  static constexpr std::string_view about = "Changes some bytes of the answer's body into others.";
  static constexpr peers elsewhere{"-", "-", "RANDOM_DATA_THEN_CLOSE (all of it)"};
  static constexpr reach acts = reach::answer;

  percent share{1};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("share", self.share, meaning{"of the body's bytes"});
  }
  bool ends() const { return false; }
  void check(fault_checks& checks) const {
    if (share.value <= 0) checks.fail("share", "a share of nothing corrupts nothing", "for example: share = \"1%\"");
  }
  bool random() const { return true; }
  bool shape(plan& p, shaping_context& context) const {
    if (p.bytes.spoil) return false;
    p.bytes.spoil = delivery::spoiling{share.share(), context.roll.bits()};
    return true;
  }
};

}  // namespace vendaval::faults
