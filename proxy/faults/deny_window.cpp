#include "proxy/faults/deny_window.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::faults {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::year_month_day;

struct stretch {
  wall_time from, to;
};

bool falls_on(deny_window const& w, local_days day) {
  year_month_day const date(day);
  if (!w.weekdays.empty() && std::ranges::find(w.weekdays, std::chrono::weekday(day)) == w.weekdays.end()) return false;
  if (w.month_days.empty() && w.dates.empty()) return true;
  auto const number = static_cast<int>(unsigned(date.day()));
  std::chrono::year_month_day_last const month_end(date.year(), std::chrono::month_day_last(date.month()));
  auto const from_the_end = number - static_cast<int>(unsigned(month_end.day())) - 1;
  return std::ranges::find(w.dates, date) != w.dates.end() ||
         std::ranges::any_of(w.month_days, [&](int n) { return n == number || n == from_the_end; });
}

local_days day_there(deny_window const& w, wall_time t) {
  return local_days(std::chrono::floor<days>(t + w.offset).time_since_epoch());
}

/// The stretch that begins on this day of the window's calendar.
stretch of_day(deny_window const& w, local_days day) {
  wall_time const midnight(day.time_since_epoch() - w.offset);
  auto const length = w.to > w.from ? w.to - w.from : w.to + days(1) - w.from;
  return {midnight + w.from, midnight + w.from + length};
}

std::optional<stretch> open_at(deny_window const& w, wall_time t) {
  auto const today = day_there(w, t);
  for (auto const day : {today, today - days(1)}) {
    auto const there = of_day(w, day);
    if (falls_on(w, day) && there.from <= t && t < there.to) return there;
  }
  return std::nullopt;
}

std::string on_the_clock(deny_window const& w, wall_time t) {
  auto const there = std::chrono::floor<minutes>(t + w.offset);
  auto const day = std::chrono::floor<days>(there);
  year_month_day const date(day);
  auto const clock = (there - day).count();
  auto const shift = std::abs(w.offset.count());
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} {}{:02}:{:02}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), clock / 60, clock % 60, w.offset < minutes(0) ? '-' : '+', shift / 60,
                     shift % 60);
}

/// Two digits at `at`; -1 when they are none.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) return -1;
  auto const digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
  return std::max(-1, digit(at) * 10 + digit(at + 1));
}

}  // namespace

std::optional<denial> denied_at(std::span<deny_window const> windows, wall_time t) {
  std::optional<denial> result;
  auto const limit = t + days(366);
  for (bool longer = true; longer;) {
    longer = false;
    auto const at = result ? result->until : t;
    if (at > limit) break;  // for ever, as far as anybody cares
    for (auto const& w : windows) {
      auto const open = open_at(w, at);
      if (!open || (result && open->to <= result->until)) continue;
      result = denial{result ? result->window : w.name, open->to, on_the_clock(w, open->to)};
      longer = true;
    }
  }
  return result;
}

std::optional<std::string> why_denied(std::span<deny_window const> windows, wall_time t) {
  auto const shut = denied_at(windows, t);
  if (!shut) return std::nullopt;
  return fmt::format("nothing may be armed until {}: the deny window \"{}\" is open", shut->until_text, shut->window);
}

std::optional<opening> next_denial(std::span<deny_window const> windows, wall_time t, wall_time limit) {
  if (denied_at(windows, t)) return std::nullopt;
  std::optional<opening> first;
  for (auto const& w : windows)
    for (auto day = day_there(w, t); of_day(w, day).from < limit; day += days(1)) {
      auto const begins = of_day(w, day).from;
      if (!falls_on(w, day) || begins <= t) continue;
      if (!first || begins < first->at) first = opening{w.name, begins};
      break;
    }
  return first;
}

std::optional<minutes> time_of_day(std::string_view text) {
  auto const hours = two_digits(text, 0), rest = two_digits(text, 3);
  if (text.size() != 5 || text[2] != ':' || hours < 0 || rest < 0 || rest > 59) return std::nullopt;
  auto const whole = minutes(hours * 60 + rest);
  return whole <= minutes(24 * 60) ? std::optional(whole) : std::nullopt;
}

std::optional<minutes> offset_of_zone(std::string_view zone) {
  if (zone == "UTC" || zone == "Z") return minutes(0);
  if (zone == "America/Sao_Paulo") return minutes(-180);
  if (zone.empty() || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  auto const size = time_of_day(zone.substr(1));
  if (!size || *size > minutes(14 * 60)) return std::nullopt;
  return zone[0] == '-' ? -*size : *size;
}

}  // namespace vendaval::faults
