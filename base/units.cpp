#include "base/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace vendaval {
namespace {

struct unit {
  std::string_view name;
  double scale;
};

constexpr std::array<unit, 7> time_units{
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
constexpr std::array<unit, 4> size_units{{{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}}};

struct quantity {
  double number;
  std::string_view unit;
};

/// A non-negative finite number followed by what is left of the text.
std::optional<quantity> split(std::string_view text) {
  double number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  return quantity{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

template <std::size_t N>
std::optional<double> scaled(std::string_view text, std::array<unit, N> const& units) {
  auto const q = split(text);
  if (!q) return std::nullopt;
  for (auto const& u : units)
    if (u.name == q->unit && q->number * u.scale < 9e18) return q->number * u.scale;
  return std::nullopt;
}

}  // namespace

std::optional<duration> parse_duration(std::string_view text) {
  auto const ns = scaled(text, time_units);
  if (!ns) return std::nullopt;
  return duration(static_cast<duration::rep>(std::llround(*ns)));
}

std::string show(duration d) {
  if (d == 0ns) return "0s";
  for (auto u = time_units.rbegin(); u != time_units.rend(); ++u) {
    auto const scale = static_cast<duration::rep>(u->scale);
    if (d.count() % scale == 0) return fmt::format("{}{}", d.count() / scale, u->name);
  }
  return fmt::format("{}ns", d.count());
}

std::string for_people(duration d) {
  if (d < 0ns) return "-" + for_people(-d);
  double const s = std::chrono::duration<double>(d).count();
  if (d == 0ns) return "0 s";
  // Each limit is where the figure would round up into the next unit: 999.6 ms is 1.00 s, not 1000 ms.
  if (s < 0.0009995) return fmt::format("{:.0f} µs", s * 1e6);
  if (s < 0.9995) return fmt::format("{:.0f} ms", s * 1e3);
  if (s < 9.995) return fmt::format("{:.2f} s", s);
  if (s < 99.95) return fmt::format("{:.1f} s", s);
  if (s < 119.5) return fmt::format("{:.0f} s", s);
  auto const whole = std::chrono::round<std::chrono::seconds>(d).count();
  if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::optional<percent> parse_percent(std::string_view text) {
  auto const q = split(text);
  if (!q || q->unit != "%" || q->number > 100) return std::nullopt;
  return percent{q->number};
}

std::string show(percent p) { return fmt::format("{}%", p.value); }

std::optional<bytes> parse_bytes(std::string_view text) {
  auto const b = scaled(text, size_units);
  if (!b || std::floor(*b) != *b) return std::nullopt;
  return bytes{static_cast<std::uint64_t>(*b)};
}

std::string show(bytes b) {
  for (auto u = size_units.rbegin(); u != size_units.rend(); ++u) {
    auto const scale = static_cast<std::uint64_t>(u->scale);
    if (b.count >= scale && b.count % scale == 0) return fmt::format("{}{}", b.count / scale, u->name);
  }
  return fmt::format("{}B", b.count);
}

}  // namespace vendaval
