#pragma once
/// Asks the store what the reports over history are made of. Blocks: on the storage thread, or on a store of one's own.
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "monitor/history/series.hpp"
#include "monitor/history/sla.hpp"
#include "sql/store.hpp"

namespace vendaval::monitor {

/// Windows are at most `longest_window`: hours are kept no longer.
inline constexpr duration longest_window = 24h * 90;

struct sla_query {
  duration window = 24h * 30;
  percent target{99.9};
  std::vector<std::string> institutions;  // those that have no history show that they have none
};
sql::result<sla_report> read_sla(sql::store& from, sla_query const& asked, wall_time now);

struct series_query {
  duration window = 24h * 90;
  std::string institution;
};
sql::result<series> read_series(sql::store& from, series_query const& asked, wall_time now);

}  // namespace vendaval::monitor
