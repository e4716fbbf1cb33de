#pragma once
/// GET and POST /v1/silences, POST /v1/silences/{id}/remove, GET /v1/alerts/history. Lives on the control thread.
#include <optional>

#include "base/http.hpp"
#include "base/institution.hpp"
#include "controller/io/incident_routes.hpp"

namespace vendaval::controller {

/// The answer, or nothing when the path is none of these.
std::optional<http_response> answer_silences(http_request const& request, incident_tools const& tools,
                                             institutions const& banks);

}  // namespace vendaval::controller
