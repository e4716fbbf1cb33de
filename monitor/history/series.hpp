#pragma once
/// One bank's history as points to draw: one per minute, hour or day, whichever suits the window.
#include <span>
#include <string>
#include <vector>

#include "monitor/history/figures.hpp"
#include "monitor/history/sla.hpp"

namespace vendaval::monitor {

struct series_point {
  wall_time began{};
  figures all;  // of every operation
  availability shares;
};
struct series {
  std::string institution, grain;
  wall_time from{}, until{};
  std::vector<series_point> points;  // oldest first; a bucket without traffic has none
};

/// What one client asked of the bank, over the whole series and in each bucket in which it called.
struct client_series {
  std::string client;  // its number as text, or "others"
  client_calls all;
  struct point {
    wall_time began{};
    client_calls of;
  };
  std::vector<point> points;  // oldest first
};
/// The busiest first, "others" last. A client that is among the busiest of some buckets only is with the others in the
/// rest of them: its figures are what is known of it at least.
std::vector<client_series> by_client(series const& of);

/// "minute" up to 48 h, "hour" up to two weeks, "day" beyond.
std::string grain_for(duration window);
/// Rows of one institution and grain, ascending.
std::vector<series_point> points_of(std::span<sql::history_row const> rows);

}  // namespace vendaval::monitor
