#pragma once
/// What the mission wants of every bank each month (MET-1 … MET-5), game days left out:
///   success       calls about the bank that were answered as the app wanted: at least 99 %
///   p95           below 2 s; of the hours in which no fault of ours was at work
///   availability  attributable to the bank (monitor/history/sla.hpp): at least 99.9 %
///   recovery      mean time from the first bad answer to resolved, of critical incidents: below 15 minutes
/// Beside them, what the failures were.
#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "monitor/history/figures.hpp"
#include "monitor/history/sla.hpp"
#include "monitor/incidents/statistics.hpp"

namespace vendaval::monitor {

enum class objective : std::uint8_t { success, latency, availability, recovery };
inline constexpr std::array<std::string_view, 4> objective_names{"success", "latency", "availability", "recovery"};

struct objectives {
  percent success{99};
  duration p95 = 2s;
  percent availability{99.9};
  duration recovery = 15min;
};

struct objective_line {
  std::string institution;
  call_share success, availability;
  sketch latencies;
  std::map<std::string, sketch> by_operation;
  std::size_t hours = 0, hours_left_out = 0;            // of the latencies
  std::array<std::uint64_t, outcome_count> failures{};  // genuine ones, by outcome; those of users beside
  mean_of recovery;
  std::optional<bool> success_met, p95_met, availability_met, recovery_met;  // nothing where there is nothing to judge

  /// This objective, or any.
  bool missed(std::optional<objective> which = {}) const;
};

struct objective_report {
  wall_time from{}, until{};
  objectives wanted;
  std::vector<objective_line> lines;
};

struct objective_facts {
  sla_line shares;
  std::vector<sql::history_row> hours;  // of this bank
  std::vector<incident> incidents;      // of this bank, within the window
};
objective_line judge(objective_facts const& facts, objectives const& wanted);

/// Durations in milliseconds, shares in percent; of one objective alone, or of all. Failures belong to success.
boost::json::object to_json(objective_report const& report, std::optional<objective> only = {});

}  // namespace vendaval::monitor
