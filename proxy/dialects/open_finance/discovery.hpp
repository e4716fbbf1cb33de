#pragma once
/// How a bank of Open Finance Brasil announces that it is, or will be, unavailable.
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vendaval::dialects::open_finance_discovery {

/// UNAVAILABLE, PARTIAL_FAILURE or SCHEDULED_OUTAGE?
bool announces(std::string_view code);

/// The gravest code in the answer of /discovery/vN/status other than OK; nothing when the bank says it is well.
std::optional<std::string_view> trouble_in(std::string_view body);

/// "2026-01-11T04:00:00Z": whole seconds, as the schemas want it.
std::string instant(wall_time t);

/// What /discovery/vN/status says of an outage that began now and is meant to take three hours.
std::string status(std::string_view code, std::string_view self, wall_time now);
/// What /discovery/vN/outages says of the same.
std::string outages(std::string_view self, wall_time now);

}  // namespace vendaval::dialects::open_finance_discovery
