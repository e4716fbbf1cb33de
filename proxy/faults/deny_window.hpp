#pragma once
/// Times at which nothing may be armed and no armed fault has an effect (S23). A lease never runs into one: it ends
/// where the window begins, and the data path's own clock sees to that, as to every lease.
///
/// A window's clock is an offset from UTC that does not change with the season. "America/Sao_Paulo" stands for -03:00,
/// since Brazil has had no daylight saving time since 2019; where there is one, two windows say more than a name would.
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vendaval::faults {

struct deny_window {
  std::string name;
  std::string zone = "UTC";  // as it was written
  std::chrono::minutes offset{0};
  std::vector<std::chrono::weekday> weekdays{};      // empty: every one
  std::vector<int> month_days{};                     // 1 = the first, -1 = the last, -2 = the last but one
  std::vector<std::chrono::year_month_day> dates{};  // with month_days; both empty: every day
  std::chrono::minutes from{0}, to{24 * 60};         // of the clock; `to` not after `from` is on the next day
};

/// A stretch in which arming is denied: of one window, or of several that follow on each other without a gap.
struct denial {
  std::string window;  // the one that is open
  wall_time until;
  std::string until_text;  // on the clock of the last window: "2026-02-01 06:00 -03:00"
};

std::optional<denial> denied_at(std::span<deny_window const> windows, wall_time t);
/// The same as a sentence for people: which window, and until when.
std::optional<std::string> why_denied(std::span<deny_window const> windows, wall_time t);
/// When the next window opens after `t`, if it does before `limit`; nothing while one is open.
struct opening {
  std::string window;
  wall_time at;
};
std::optional<opening> next_denial(std::span<deny_window const> windows, wall_time t, wall_time limit);

/// "UTC", "Z", "-03:00", "America/Sao_Paulo"; nothing for every other text.
std::optional<std::chrono::minutes> offset_of_zone(std::string_view zone);
/// "22:00" to "24:00"; nothing for every other text.
std::optional<std::chrono::minutes> time_of_day(std::string_view text);

}  // namespace vendaval::faults
