#pragma once
#include <array>
#include <cstdint>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The client's connection ends, and how it ends is the fault.
///   kind = "connection"
///   mode = "reset"       # refuse: an orderly close (FIN) · reset: a torn one (RST) · bare_close: FIN without TLS's
///                        # goodbye · vanish: nothing any more, as if the other host had died
///   at = "before_answer" # after_answer: the answer arrives whole, then the connection ends
struct connection {
  static constexpr std::string_view name = "connection";
  static constexpr std::string_view about =
      "Ends the client's connection before or after the answer: politely, bluntly, with a reset, or without a word.";
  static constexpr peers elsewhere{"reset_peer, down", "-", "CONNECTION_RESET_BY_PEER, EMPTY_RESPONSE"};
  static constexpr reach acts = reach::either;
  enum class way : std::uint8_t { refuse, reset, bare_close, vanish };
  static constexpr std::array<std::string_view, 4> ways{"refuse", "reset", "bare_close", "vanish"};
  enum class moment : std::uint8_t { before_answer, after_answer };
  static constexpr std::array<std::string_view, 2> moments{"before_answer", "after_answer"};

  way mode = way::reset;
  moment at = moment::before_answer;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("mode", self.mode, meaning{"how the connection ends"}, ways);
    visit("at", self.at, meaning{"before any byte of the answer, or after the last"}, moments);
  }
  bool ends() const { return at == moment::before_answer; }
  void check(fault_checks& checks) const {
    if (at == moment::after_answer && mode == way::vanish)
      checks.fail("mode", "an answer that arrives whole cannot vanish",
                  "use mode = \"reset\" or at = \"before_answer\"");
  }
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    if (at == moment::after_answer) {
      p.bytes.close_after = true;
      p.bytes.close_how = mode == way::reset        ? delivery::goodbye::reset
                          : mode == way::bare_close ? delivery::goodbye::bare
                                                    : delivery::goodbye::polite;
      return true;
    }
    switch (mode) {
      case way::refuse: p.end = plan::refuse{}; break;
      case way::reset: p.end = plan::reset{}; break;
      case way::bare_close: p.end = plan::bare_close{}; break;
      case way::vanish: p.end = plan::vanish{}; break;
    }
    return true;
  }
};

}  // namespace vendaval::faults
