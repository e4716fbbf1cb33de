#pragma once
#include "base/institution.hpp"
#include "base/toml/reader.hpp"
#include "controller/settings.hpp"

namespace vendaval::controller {

/// [upstream]: where requests go, how its certificate is judged, and which hosts faults may be injected for. What is
/// wrong is said to `in`.
upstream_settings read_upstream(table_reader& in, institutions const& banks);

}  // namespace vendaval::controller
