#include "monitor/incidents/incident.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::monitor {
namespace {

incident_type type_of(outcome o) {
  switch (o) {
    case outcome::auth_platform:
    case outcome::auth_user:
    case outcome::mfa: return incident_type::authentication_error;
    case outcome::timeout:
    case outcome::client_gave_up: return incident_type::timeout;
    case outcome::institution_down:
    case outcome::network: return incident_type::connection_failure;
    case outcome::throttled:
    case outcome::quota: return incident_type::rate_limit;
    case outcome::upstream_invalid:
    case outcome::invalid_body: return incident_type::data_inconsistency;
    case outcome::ok:
    case outcome::client_error:
    case outcome::contention:
    case outcome::upstream_5xx:
    case outcome::client_gone: break;
  }
  return incident_type::other;
}

}  // namespace

std::string_view cause_of(outcome o) { return o == outcome::client_gave_up ? "o app desistiu de esperar" : name_of(o); }

std::string incident::label() const { return fmt::format("INC-{:04}", number); }

incident_type classify(tally const& counts, bool slow) {
  std::array<std::uint64_t, incident_type_names.size()> votes{};
  for (std::size_t i = 1; i != outcome_count; ++i) {  // 0 is ok
    auto const o = static_cast<outcome>(i);
    if (o == outcome::client_error || o == outcome::client_gone) continue;  // the caller's doing
    votes[static_cast<std::size_t>(type_of(o))] += counts.of(o);
  }
  auto const most = std::ranges::max_element(votes);
  if (*most == 0) return slow ? incident_type::timeout : incident_type::other;
  // A slow bank that also fails now and then is slow.
  if (slow && *most * 10 < counts.judged()) return incident_type::timeout;
  return static_cast<incident_type>(most - votes.begin());
}

}  // namespace vendaval::monitor
