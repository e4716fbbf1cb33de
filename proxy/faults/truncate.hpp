#pragma once
#include <algorithm>
#include <array>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The answer breaks off in its body. Its head has promised more.
///   kind = "truncate"
///   after = "512B"        # of the body
///   then = "close"        # close · bare_close: FIN without TLS's goodbye · reset: RST · stall: silence until lifted
struct truncate {
  static constexpr std::string_view name = "truncate";
  static constexpr std::string_view about =
      "Lets so many bytes of the answer's body through and then closes, resets or falls silent.";
  static constexpr peers elsewhere{"limit_data", "-", "MALFORMED_RESPONSE_CHUNK (chunked only)"};
  static constexpr reach acts = reach::answer;
  enum class ending : std::uint8_t { close, bare_close, reset, stall };
  static constexpr std::array<std::string_view, 4> endings{"close", "bare_close", "reset", "stall"};

  bytes after{0};
  ending then = ending::close;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("after", self.after, meaning{"bytes of the body that arrive; 0B: the head alone"}, bytes{0}, bytes{1 << 30});
    visit("then", self.then, meaning{"what follows them"}, endings);
  }
  bool ends() const { return false; }
  void check(fault_checks&) const {}
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const {
    constexpr std::array goodbyes{delivery::goodbye::polite, delivery::goodbye::bare, delivery::goodbye::reset,
                                  delivery::goodbye::stall};
    if (p.bytes.cut && p.bytes.cut->after <= after.count) return false;
    p.bytes.cut = delivery::cutting{after.count, goodbyes[static_cast<std::size_t>(then)]};
    return true;
  }
};

}  // namespace vendaval::faults
