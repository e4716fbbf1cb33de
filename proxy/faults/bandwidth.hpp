#pragma once
#include <algorithm>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The answer's body leaves no faster than this. Its head leaves at once.
///   kind = "bandwidth"
///   per_second = "16KiB"
struct bandwidth {
  static constexpr std::string_view name = "bandwidth";
  static constexpr std::string_view about = "Lets the answer's body through at so many bytes a second.";
  static constexpr peers elsewhere{"bandwidth", "response_rate_limit", "-"};
  static constexpr reach acts = reach::answer;

  bytes per_second{64 * 1024};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("per_second", self.per_second, meaning{"of the body, on average from its first byte"}, bytes{1},
          bytes{1 << 30});
  }
  bool ends() const { return false; }
  void check(fault_checks&) const {}
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    auto& rate = p.bytes.bytes_per_second;
    rate = rate == 0 ? per_second.count : std::min(rate, per_second.count);
    return true;
  }
};

}  // namespace vendaval::faults
