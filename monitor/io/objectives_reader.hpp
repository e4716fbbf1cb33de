#pragma once
/// Asks the store how every bank did against the month's objectives. Blocks: on the storage thread, or on a store of
/// one's own.
#include "monitor/history/objectives.hpp"
#include "monitor/io/history_reader.hpp"

namespace vendaval::monitor {

struct objectives_query {
  duration window = 24h * 30;
  std::vector<std::string> institutions;
  objectives wanted{};
};
sql::result<objective_report> read_objectives(sql::store& from, objectives_query const& asked, wall_time now);

}  // namespace vendaval::monitor
