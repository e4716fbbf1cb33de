#pragma once
/// Maintenance that comes round by the calendar:
///   [[maintenance]]
///   institutions = ["itau"]      # none = all
///   days = ["sunday"]            # none = every day; or date = "2026-02-01" for one day alone
///   at = "02:00"                 # in Brasília
///   for = "3h"
///   announced = "2026-01-20"     # by the bank; none = when the window first stands in a running configuration
///   reason = "janela semanal do Itaú"
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/institution.hpp"
#include "base/time.hpp"
#include "base/toml/reader.hpp"

namespace vendaval::monitor {

enum class weekday : std::uint8_t { sunday, monday, tuesday, wednesday, thursday, friday, saturday };
inline constexpr std::array<std::string_view, 7> weekday_names{"sunday",   "monday", "tuesday", "wednesday",
                                                               "thursday", "friday", "saturday"};

struct maintenance_plan {
  std::vector<std::string> institutions;  // none = all
  std::vector<weekday> days;              // none = every day
  std::optional<std::chrono::year_month_day> date;
  std::chrono::minutes at{0};  // of the day, in Brasília
  duration lasts = 1h;         // 12 h at most
  std::optional<wall_time> announced;
  std::string reason;

  struct window {
    wall_time from{}, until{};  // [from, until)
    friend bool operator==(window const&, window const&) = default;
  };
  /// Those that have something of [since, end), oldest first.
  std::vector<window> windows(wall_time since, wall_time end) const;
  bool about(std::string_view institution) const;
  /// The end of the window in which `now` lies.
  std::optional<wall_time> until(wall_time now) const;
};

/// "2026-02-01"; nothing when it is no date.
std::optional<std::chrono::year_month_day> date_of(std::string_view text);

/// Every [[maintenance]]. Mistakes go to the reader's problems.
std::vector<maintenance_plan> read_maintenance(table_reader& table, institutions const& banks);

}  // namespace vendaval::monitor
