#pragma once
#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The answer's body leaves in small pieces with pauses between them; not one byte is lost.
///   kind = "slicer"
///   size = "100B"
///   spread = "50B"      # pieces of 50 to 150 bytes
///   gap = "5ms"
struct slicer {
  static constexpr std::string_view name = "slicer";
  static constexpr std::string_view about = "Cuts the answer's body into small pieces, each with a pause before it.";
  static constexpr peers elsewhere{"slicer", "-", "chunkedDribbleDelay (equal pieces)"};
  static constexpr reach acts = reach::answer;

  bytes size{128}, spread{0};
  duration gap = 0ms;
  duration each = 0ms;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("size", self.size, meaning{"of a piece, on average"}, bytes{1}, bytes{1 << 20});
    visit("spread", self.spread, meaning{"a piece is this much smaller or larger, at most"}, bytes{0}, bytes{1 << 20});
    visit("gap", self.gap, meaning{"the pause between two pieces"}, 0ms, longest_hold);
    visit("each", self.each, meaning{"the latency of every piece, also the first"}, 0ms, longest_hold);
  }
  bool ends() const { return false; }
  void check(fault_checks& checks) const {
    if (spread > size) checks.fail("spread", "spread is larger than size", "pieces would be smaller than nothing");
  }
  bool random() const { return spread.count > 0; }
  bool shape(plan& p, shaping_context& context) const {
    if (!p.bytes.slices || size.count < p.bytes.slices->size)
      p.bytes.slices = delivery::slicing{size.count, spread.count, gap, random() ? context.roll.bits() : 0};
    p.bytes.per_piece = together(p.bytes.per_piece, each);
    return true;
  }
};

}  // namespace vendaval::faults
