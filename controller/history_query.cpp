#include "controller/history_query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "monitor/history/rollup.hpp"
#include "sql/text.hpp"

namespace vendaval::controller {
namespace {

constexpr duration longest = 24h * 90;

std::unexpected<std::string> wrong(std::string text) { return std::unexpected(std::move(text)); }

}  // namespace

read_or_why<duration> read_window(std::string_view text) {
  auto const window = parse_duration(text);
  if (!window) return wrong(fmt::format("\"{}\" is no window: write 7d, 30d, 90d or another such as 36h", text));
  if (*window < 1min || *window > longest)
    return wrong(fmt::format("a window of {} is not kept: from 1m to 90d can be asked for", text));
  return *window;
}

read_or_why<percent> read_target(std::string_view text) {
  auto const digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  double value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !(value > 0 && value <= 100))
    return wrong(fmt::format("\"{}\" is no target: write a percentage above 0 and up to 100, such as 99.9", text));
  return percent{value};
}

read_or_why<std::string> read_bank(std::string_view text, institutions const& banks) {
  if (auto const* const bank = banks.find(text)) return bank->id;
  return wrong(fmt::format("there is no institution \"{}\"; there are {}", text, fmt::join(banks.ids(), ", ")));
}

read_or_why<monitor::objective> read_objective(std::string_view text) {
  auto const& names = monitor::objective_names;
  auto const found = std::ranges::find(names, text);
  if (found != names.end()) return static_cast<monitor::objective>(found - names.begin());
  return wrong(fmt::format("there is no metric \"{}\"; there are {}", text, fmt::join(names, ", ")));
}

read_or_why<series_by> read_series_by(std::string_view text) {
  if (text == "time") return series_by::time;
  if (text == "client") return series_by::client;
  return wrong(fmt::format("\"{}\" is nothing to show it by: write time or client", text));
}

read_or_why<wall_time> read_moment(std::string_view text) {
  auto rest = text;
  std::chrono::minutes offset{0};
  auto const two_digits = [](std::string_view digits) {
    int value = -1;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? value : -1;
  };
  bool sound = true;
  if (auto const sign = text.find_last_of("+-"); sign != text.npos && sign > 10 && text.size() - sign == 6) {
    int const hours = two_digits(text.substr(sign + 1, 2)), minutes = two_digits(text.substr(sign + 4));
    sound = text[sign + 3] == ':' && hours >= 0 && hours <= 14 && minutes >= 0 && minutes <= 59;
    offset = std::chrono::minutes(hours * 60 + minutes) * (text[sign] == '-' ? -1 : 1);
    rest = text.substr(0, sign);
  } else if (rest.ends_with('Z')) {
    rest.remove_suffix(1);
  }
  try {
    if (sound) return sql::parse_time(std::string(rest) + (rest.size() == 16 ? ":00Z" : "Z")) - offset;
  } catch (std::exception const&) {
  }
  return wrong(fmt::format("\"{}\" is no time: write 2026-01-06T12:00-03:00 or 2026-01-06T15:00Z", text));
}

read_or_why<wall_time> read_when(std::string_view text, wall_time now) {
  if (auto const ago = parse_duration(text)) return now - std::chrono::duration_cast<wall_time::duration>(*ago);
  try {
    if (text.size() != 10) return sql::parse_time(text);
    auto const midnight = sql::parse_time(std::string(text) + "T00:00:00Z");
    return midnight - std::chrono::duration_cast<wall_time::duration>(monitor::brasilia_offset);
  } catch (std::exception const&) {
    return wrong(fmt::format(
        "\"{}\" is no time: write 2026-01-19T17:31:05Z, 2026-01-19 (midnight in Brasília) or 7d (so long ago)", text));
  }
}

}  // namespace vendaval::controller
