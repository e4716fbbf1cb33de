#pragma once
/// Sums a run's traffic over a stretch of time, for a gauge.
#include <cstdint>
#include <optional>
#include <string_view>

#include "controller/record.hpp"
#include "controller/scenario.hpp"

namespace vendaval::controller {

/// A half-open stretch of the run.
struct stretch {
  milliseconds from{}, to{};
  /// Which seconds belong to it: only those wholly inside, or every one that overlaps it.
  bool whole_seconds = true;
};

struct gauge_reading {
  std::uint64_t samples = 0;
  std::optional<quantity> value;  // nothing with fewer samples than the gauge asks for
};

gauge_reading read(gauge const& g, scenario const& s, record const& r, stretch over);
/// Every request of one institution in the stretch.
std::uint64_t calls(std::string_view institution, record const& r, stretch over);

}  // namespace vendaval::controller
