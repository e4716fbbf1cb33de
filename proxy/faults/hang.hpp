#pragma once
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Never answers, for as long as the fault is armed; then the request goes on as if nothing had been.
///   kind = "hang"
///   when = "after_upstream"     # the bank does its work, and the client never hears of it
struct hang {
  static constexpr std::string_view name = "hang";
  static constexpr std::string_view about =
      "Takes the request and never answers, until the fault is lifted or the client gives up.";
  static constexpr peers elsewhere{"timeout with timeout = 0", "delay (bounded)", "fixedDelayMilliseconds (bounded)"};
  static constexpr reach acts = reach::either;

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  bool ends() const { return false; }
  void check(fault_checks&) const {}
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    p.hold = until_lifted;
    return true;
  }
};

}  // namespace vendaval::faults
