#pragma once
#include <boost/json/object.hpp>

#include <cstdint>

#include "controller/io/active_run.hpp"
#include "monitor/monitor.hpp"

namespace vendaval::controller {

/// A run for people and programs that watch it: GET /v1/runs/{id}. Events from number `after` on.
boost::json::object run_view(active_run const& run, monitor::monitor const& seen, time_point now, std::uint64_t after);

}  // namespace vendaval::controller
