#pragma once
#include <algorithm>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Connections live no longer than this, however busy they are. The clock runs from their accept; traffic never
/// restarts it.
///   kind = "lifetime"
///   most = "90s"
struct lifetime {
  static constexpr std::string_view name = "lifetime";
  static constexpr std::string_view about =
      "Cuts the client's connection once it has lived for so long, in the middle of an answer if need be.";
  static constexpr peers elsewhere{"timeout (an idle timer: traffic restarts it)", "-", "-"};
  static constexpr reach acts = reach::answer;

  duration most = 60s;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("most", self.most, meaning{"from accept to reset"}, 1ms, 1h);
  }
  bool ends() const { return false; }
  void check(fault_checks&) const {}
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    p.lifetime = std::min(p.lifetime.value_or(most), most);
    return true;
  }
};

}  // namespace vendaval::faults
