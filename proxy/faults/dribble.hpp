#pragma once
#include <algorithm>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The answer's body takes this long from its first byte to its last, evenly.
///   kind = "dribble"
///   over = "20s"
struct dribble {
  static constexpr std::string_view name = "dribble";
  static constexpr std::string_view about = "Stretches the answer's body evenly over a while.";
  static constexpr peers elsewhere{"-", "-", "chunkedDribbleDelay"};
  static constexpr reach acts = reach::answer;

  duration over = 10s;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("over", self.over, meaning{"from the first byte of the body to the last; bodies of unknown length pass"}, 1ms,
          longest_hold);
  }
  bool ends() const { return false; }
  void check(fault_checks&) const {}
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    p.bytes.over = std::max(p.bytes.over.value_or(0ms), over);
    return true;
  }
};

}  // namespace vendaval::faults
