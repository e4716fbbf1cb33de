#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.hpp"

namespace vendaval::controller {

enum class unit : std::uint8_t { milliseconds, millipercent, count, thousandths };
inline constexpr std::string_view unit_names[]{"ms", "percent/1000", "count", "1/1000"};

/// What a criterion measures, as a whole number of small units: it goes into the journal and comes back the same, so
/// that a verdict computed again is equal to the bit.
struct quantity {
  std::int64_t value = 0;
  unit in = unit::count;
  auto operator<=>(quantity const&) const = default;
};

inline quantity whole(std::int64_t n) { return {n, unit::count}; }
inline quantity time_of(duration d) {
  return {std::chrono::floor<std::chrono::milliseconds>(d).count(), unit::milliseconds};
}
/// Rounded down: 98.9996 % is not 99 %.
quantity share_of(std::uint64_t part, std::uint64_t all);
quantity exactly(percent p);
quantity ratio_of(double ratio);

/// "62.1 s", "99.2 %", "5", "1.07 times".
std::string for_people(quantity q);
/// The same for a measured time that may lie before the instant it is counted from: "1.20 s before".
std::string in_words(quantity q);

}  // namespace vendaval::controller
