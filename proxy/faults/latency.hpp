#pragma once
#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Time before the request goes on to the upstream.
///   kind = "latency"
///   shape = "lognormal"     # fixed: delay · uniform: least, most · lognormal: p50, p99
///   p50 = "12s"
///   p99 = "15s"
struct latency {
  static constexpr std::string_view name = "latency";
  static constexpr std::string_view about = "Holds the request for a while, then sends it on untouched.";
  static constexpr bool ends = false;
  enum class form : std::uint8_t { fixed, uniform, lognormal };
  static constexpr std::array<std::string_view, 3> forms{"fixed", "uniform", "lognormal"};

  form kind = form::fixed;
  duration delay = 0ms;
  duration least = 0ms, most = 0ms;
  duration p50 = 0ms, p99 = 0ms;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("shape", self.kind, forms);
    visit("delay", self.delay, 1ms, longest_hold);
    visit("least", self.least, 0ms, longest_hold);
    visit("most", self.most, 1ms, longest_hold);
    visit("p50", self.p50, 1ms, longest_hold);
    visit("p99", self.p99, 1ms, longest_hold);
  }
  void check(fault_checks& checks) const;
  bool random() const { return kind != form::fixed; }
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
