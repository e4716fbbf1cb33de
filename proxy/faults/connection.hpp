#pragma once
#include <array>
#include <cstdint>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The connection ends before any byte of an answer.
///   kind = "connection"
///   mode = "reset"          # refuse: an orderly close (FIN) · reset: a torn one (RST)
struct connection {
  static constexpr std::string_view name = "connection";
  static constexpr std::string_view about =
      "Ends the client's connection before any byte of an answer, politely or with a reset.";
  static constexpr bool ends = true;
  enum class way : std::uint8_t { refuse, reset };
  static constexpr std::array<std::string_view, 2> ways{"refuse", "reset"};

  way mode = way::reset;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("mode", self.mode, ways);
  }
  void check(fault_checks&) const {}
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    if (mode == way::refuse)
      p.end = plan::refuse{};
    else
      p.end = plan::reset{};
    return true;
  }
};

}  // namespace vendaval::faults
