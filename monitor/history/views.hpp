#pragma once
/// Reports over history as JSON: times are UTC, durations in milliseconds, shares in percent.
#include <boost/json.hpp>

#include "monitor/history/series.hpp"
#include "monitor/history/sla.hpp"

namespace vendaval::monitor {

boost::json::object to_json(sla_report const& report);
boost::json::object to_json(series const& of);
boost::json::object by_client_to_json(series const& of);

}  // namespace vendaval::monitor
