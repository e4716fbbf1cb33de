#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// So many calls for each link and route in a calendar month (Brasília time), then refusals until the next one begins.
///   kind = "quota"
///   calls = 8
///   answer = "operational_limits_reached"
struct quota {
  static constexpr std::string_view name = "quota";
  static constexpr std::string_view about =
      "Lets so many calls of each link and route through per calendar month, and refuses the others until the next.";
  static constexpr peers elsewhere{"-", "-", "-"};
  static constexpr reach acts = reach::before_upstream;
  static constexpr bool remembers = true;

  std::uint32_t calls = 8;
  std::string answer = "operational_limits_reached";

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("calls", self.calls, meaning{"of each link (or, without one, each client) and route in a month"}, 0u,
          1'000'000u);
    visit("answer", self.answer, meaning{"the API's error code for the others"});
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const;
  bool random() const { return true; }
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
