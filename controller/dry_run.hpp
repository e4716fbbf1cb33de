#pragma once
/// What a scenario would have touched, had its faults been armed in the traffic that has just passed. Nothing is armed.
#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "controller/scenario.hpp"
#include "monitor/traffic/traffic.hpp"

namespace vendaval::controller {

/// One fault of the scenario against the traffic.
struct forecast {
  std::string label, kind, scope;
  std::uint64_t in_reach = 0;  // requests of its banks and operations
  double touched = 0;          // of these, by its probability and course
  bool at_most = false;        // it is narrower than the traffic kept tells: by path, header, client, cap or the like
};

struct dry_run {
  duration looked_at{};  // how much traffic, up to now
  std::uint64_t requests = 0;
  std::vector<forecast> faults;
};

/// How far a dry run looks back.
inline constexpr duration dry_run_window = 5min;

dry_run try_dry(scenario const& s, monitor::traffic const& seen, time_point now);
/// A table for a terminal.
std::string show(dry_run const& r, scenario const& s);

}  // namespace vendaval::controller
