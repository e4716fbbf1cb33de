#pragma once
/// What the game day is shown at every step. A plain value: the runner fills it from the monitor and the armed book,
/// the rehearsal and the tests from models.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/record.hpp"

namespace vendaval::controller {

struct observation {
  struct second {
    time_point from{};
    traffic_counts counts;
  };
  struct armed {
    std::string label;
    std::uint64_t id = 0;
    time_point expires{};
  };

  /// Why the run cannot begin yet: "the database is read-only". Looked at only before the first phase.
  std::optional<std::string> not_ready;
  /// Seconds that may have changed since the last observation. One shown again replaces what was known of it.
  std::vector<second> traffic;
  monitor::ledger instants;                     // of this drill
  breaker_facts breaker;                        // of the target
  notice_counts notices;                        // about the target, since the run began
  monitor::write_counts writes;                 // to the target, since the run began
  std::optional<webhooks_by_bank> webhooks;     // since the run began; nothing where they have no way in
  std::uint64_t undelivered = 0;                // notifications about the target that no receiver has accepted yet
  bool incident_open = false;                   // of the target
  std::vector<armed> faults;                    // armed now and labelled as this run's
  std::map<std::string, time_point> first_bad;  // by label: the first bad answer that fault caused
  std::optional<std::string> refused;           // why the last arming was refused
  std::optional<std::string> killed;            // why the kill switch is latched
  std::uint64_t exchanges_lost = 0;             // since the run began
};

}  // namespace vendaval::controller
