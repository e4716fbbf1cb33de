#pragma once
/// Numbers that carry their unit.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vendaval {

/// A share of something, kept as 0..100.
struct percent {
  double value = 0;

  static percent of(double part, double whole) { return {whole > 0 ? 100.0 * part / whole : 0.0}; }
  double share() const { return value / 100.0; }  // 0..1
  auto operator<=>(percent const&) const = default;
};

/// A size in memory or on the wire.
struct bytes {
  std::uint64_t count = 0;
  auto operator<=>(bytes const&) const = default;
};

/// "250ms", "2s", "1.5m", "1h", "90d"; no sign, no blanks. Nothing if it is not a duration.
std::optional<duration> parse_duration(std::string_view text);
/// The shortest exact way to write it that parse_duration reads back: "1m30s" is not one, "90s" is.
std::string show(duration d);
/// For people: at most three significant figures: "4.21 s", "38 ms", "12 min 5 s".
std::string for_people(duration d);

/// "30%", "0.5%"; a bare number is refused because nobody can tell 0.3 from 0.3 %.
std::optional<percent> parse_percent(std::string_view text);
std::string show(percent p);

/// "64KiB", "1MiB", "512B".
std::optional<bytes> parse_bytes(std::string_view text);
std::string show(bytes b);

}  // namespace vendaval
