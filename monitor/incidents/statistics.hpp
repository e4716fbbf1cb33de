#pragma once
/// How fast trouble was seen, taken on and over: means over incidents, each with the number it is made of.
#include <optional>
#include <span>

#include "monitor/incidents/incident.hpp"

namespace vendaval::monitor {

struct mean_of {
  std::uint64_t incidents = 0;
  std::optional<duration> mean;  // nothing without incidents
};

struct incident_statistics {
  std::uint64_t incidents = 0, open = 0, drills = 0;
  mean_of detected;  // MTTD: first bad answer → known
  mean_of alerted;   // first bad answer → first message
  /// MTTA: first message (or known, if nobody was told) → somebody has it. Who had it before that took no time.
  mean_of acknowledged;
  mean_of resolved;  // MTTR: first bad answer → resolved
};

struct incident_choice {
  std::optional<severity> grade;  // that one alone
  bool drills = false;            // count game days too
  std::optional<time_point> since;
};

/// Banks' incidents that a platform's speaks for are not counted beside it.
incident_statistics statistics(std::span<incident const> all, incident_choice const& which);

}  // namespace vendaval::monitor
