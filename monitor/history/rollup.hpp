#pragma once
/// Minutes become hours and days by merging. Days begin at midnight in Brasília, where the clocks have not changed
/// since 2019: 03:00 UTC.
#include "base/time.hpp"
#include "sql/store.hpp"

namespace vendaval::monitor {

wall_time minute_of(wall_time t);
wall_time hour_of(wall_time t);
wall_time day_of(wall_time t);

inline constexpr duration brasilia_offset = -3h;

/// How long each grain is kept, counted from `now`; hours a day longer than the longest window that is asked for.
sql::history_retention retained(wall_time now);

/// What sql::store::roll_up needs to know.
sql::history_rules rolling_up();

/// [from, now) as whole days, the hours before the first of them, and the minutes before the first of those. Where the
/// minutes are gone `from` goes back to its hour. Days and hours count from their beginning, whatever `now` is: they
/// grow as minutes end. `from` must not lie before what hours are kept for.
struct covered {
  wall_time from{};
  std::vector<sql::history_span> spans;
};
covered cover(wall_time from, wall_time now);

}  // namespace vendaval::monitor
