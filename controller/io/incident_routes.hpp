#pragma once
/// What people do with incidents over HTTP: GET /v1/incidents/stats, GET /v1/incidents/{id}, and POST
/// /v1/incidents/{id}/acknowledge|note|close. `{id}` may be the label, INC-0042. Lives on the control thread.
#include <optional>
#include <string>

#include "base/http.hpp"
#include "base/time.hpp"
#include "monitor/io/watch.hpp"

namespace vendaval::controller {

struct incident_tools {
  monitor::watch& watch;
  timeline const& calendar;
  time_point now{};
  std::string actor;  // who asks, when the body does not say it
};

/// The answer, or nothing when the path is none of these.
std::optional<http_response> answer_incidents(http_request const& request, incident_tools const& tools);

}  // namespace vendaval::controller
