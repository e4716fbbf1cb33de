#pragma once
/// The history of one institution, hour by hour, as monitor/baseline learns from it. Blocks: on the storage thread, or
/// on a store of one's own.
#include <string>
#include <vector>

#include "monitor/baseline/baseline.hpp"
#include "monitor/traffic/tally.hpp"
#include "sql/store.hpp"

namespace vendaval::monitor {

/// Hours in [from, until) of these operations, oldest first. Those in which faults of ours were at work, an incident
/// was open or maintenance was announced are marked; an incident of a drill is the drill's.
sql::result<std::vector<sample>> read_samples(sql::store& store, std::string const& institution, operation_set about,
                                              wall_time from, wall_time until);

}  // namespace vendaval::monitor
