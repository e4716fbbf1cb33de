#pragma once
#include "monitor/monitor.hpp"
#include "sql/rows.hpp"

namespace vendaval::monitor {

/// Incidents and the notifications they cause: one batch, committed together or not at all.
sql::batch rows_of(effects const& what, timeline const& calendar);
sql::incident_row row_of(incident const& i, timeline const& calendar);

/// success_rate, error_rate, latency (p50, p95, p99) and uptime of every institution that had traffic in [from, to).
std::vector<sql::metric_row> metric_rows(monitor const& m, time_point from, time_point to);

}  // namespace vendaval::monitor
