#pragma once
/// What our API answers. Times are UTC, durations in milliseconds, shares in percent; nothing secret is in reach here.
#include <boost/json.hpp>
#include <vector>

#include "monitor/incidents/statistics.hpp"
#include "monitor/monitor.hpp"

namespace vendaval::monitor {

boost::json::object status_json(std::vector<institution_summary> const& all, timeline const& time, time_point now);
boost::json::object alerts_json(std::vector<alert> const& all, timeline const& time);
boost::json::object incidents_json(std::vector<incident> const& all, timeline const& time);
boost::json::object to_json(incident const& i, timeline const& time);
/// {"incidents": 3, "mttr_s": 412.5, …}: seconds; null without an incident to make a mean of.
boost::json::object to_json(incident_statistics const& s);
boost::json::object to_json(silence const& s, timeline const& time);
/// {"silences": […], "maintenance": […]}: what keeps somebody from being told now.
boost::json::object silences_json(monitor const& m, timeline const& time, time_point now);
/// Changes of alerts, newest first, each with why nobody was told of it, if so.
boost::json::object history_json(std::deque<told_change> const& all, timeline const& time);
boost::json::object to_json(alert const& a, timeline const& time);
boost::json::object to_json(ledger const& l, timeline const& time);
boost::json::object to_json(breaker_finding const& f, timeline const& time);

}  // namespace vendaval::monitor
