#include "controller/read_deny.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace vendaval::controller {
namespace {

constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  auto const* const end = text.data() + text.size();
  auto const [stopped, wrong] = std::from_chars(text.data(), end, value);
  return wrong == std::errc{} && stopped == end && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<std::chrono::year_month_day> date_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto const year = whole_number(text.substr(0, 4)), month = whole_number(text.substr(5, 2)),
             day = whole_number(text.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
  auto const date = std::chrono::year(*year) / *month / *day;
  return date.ok() ? std::optional(date) : std::nullopt;
}

/// "1", "31", "last", "last-1", "2026-12-24".
bool read_day(std::string_view text, faults::deny_window& into) {
  if (auto const date = date_of(text)) return into.dates.push_back(*date), true;
  bool const from_the_end = text.starts_with("last");
  auto const n = text == "last"              ? std::optional(-1)
                 : text.starts_with("last-") ? whole_number(text.substr(5)).transform([](int i) { return -1 - i; })
                                             : whole_number(text);
  bool const good = n && (from_the_end ? *n <= -1 && *n >= -31 : *n >= 1 && *n <= 31);
  if (good) into.month_days.push_back(*n);
  return good;
}

void read_days(table_reader& in, faults::deny_window& into) {
  std::vector<std::string> days;
  in("days", days);
  for (std::size_t i = 0; i < days.size(); ++i)
    if (!read_day(days[i], into))
      in.fail_at("days", i, fmt::format("\"{}\" is no day", days[i]),
                 "\"1\" to \"31\", \"last\", \"last-1\" for the one before it, or a date such as \"2026-12-24\"");
}

std::chrono::minutes read_clock(table_reader& in, std::string_view key, std::string text, std::chrono::minutes usual) {
  in(key, text);
  auto const read = faults::time_of_day(text);
  if (in.has(key) && !read)
    in.fail(key, fmt::format("\"{}\" is no time of day", text), "write it as \"18:30\"; \"24:00\" is the day's end");
  return read.value_or(usual);
}

faults::deny_window read_window(table_reader& in) {
  faults::deny_window w;
  in.require("name");
  in.require("zone");
  in("name", w.name);
  in("zone", w.zone);
  if (auto const offset = faults::offset_of_zone(w.zone))
    w.offset = *offset;
  else
    in.fail("zone", fmt::format("\"{}\" is no zone that is known here", w.zone),
            "write what its clocks differ from UTC, such as \"-03:00\"; \"UTC\" and \"America/Sao_Paulo\" are known by "
            "name, because their clocks do not change with the season");
  std::vector<std::string> names;
  in("weekdays", names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const found = std::ranges::find(weekday_names, names[i]);
    if (found == weekday_names.end())
      in.fail_at("weekdays", i, fmt::format("\"{}\" is no weekday", names[i]),
                 "one of sun, mon, tue, wed, thu, fri, sat");
    else
      w.weekdays.emplace_back(static_cast<unsigned>(found - weekday_names.begin()));
  }
  read_days(in, w);
  w.from = read_clock(in, "from", "00:00", w.from);
  w.to = read_clock(in, "to", "24:00", w.to);
  return w;
}

}  // namespace

std::vector<faults::deny_window> read_deny(table_reader& faults) {
  std::vector<faults::deny_window> result;
  faults.each("deny", [&](table_reader& in) { result.push_back(read_window(in)); });
  return result;
}

}  // namespace vendaval::controller
