#pragma once
/// What is kept of a run: enough to judge it again without the program that ran it. All instants are whole
/// milliseconds since the start of the run, so that the journal gives back exactly what was judged.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "monitor/ledger/ledger.hpp"
#include "monitor/traffic/sketch.hpp"
#include "monitor/traffic/write_watch.hpp"
#include "proxy/exchange.hpp"
#include "proxy/webhook_counts.hpp"

namespace vendaval::controller {

using std::chrono::milliseconds;

/// Requests of one institution and operation.
struct traffic_counts {
  std::string institution;
  operation what = operation::meta;
  std::uint64_t good = 0, bad = 0, neither = 0;
  std::uint64_t injected = 0;  // answers that were a fault's doing
  std::array<std::uint64_t, outcome_names.size()> outcomes{};
  std::vector<monitor::sketch::bin> latency;
  std::uint64_t all() const { return good + bad + neither; }
  bool operator==(traffic_counts const&) const = default;
};

/// What ended during one second.
struct traffic_slot {
  milliseconds at{};  // start of that second; the first may lie before the start of the run
  traffic_counts counts;
  bool operator==(traffic_slot const&) const = default;
};

struct phase_record {
  std::string name, target;
  bool faulty = false;
  milliseconds began{};
  std::optional<milliseconds> ended = {};
  std::optional<milliseconds> first_bad = {};  // the first bad answer that one of its faults caused
  bool operator==(phase_record const&) const = default;
};

struct run_event {
  milliseconds at{};
  std::string text;
  bool operator==(run_event const&) const = default;
};

/// What the monitor saw of the app's circuit breaker for the target.
struct breaker_facts {
  std::string verdict = "not_observed";  // reported, confirmed, suspected, not_observed, undeterminable
  bool open = false;
  std::optional<std::uint64_t> failures_before_open = {};  // failing calls in a row, with those on their way
  std::optional<milliseconds> shortest_wait = {};          // before a call let through while open that failed
  std::string evidence = {};                               // a sentence
  bool operator==(breaker_facts const&) const = default;
};

/// Notifications about the target, as accepted by the receivers.
struct notice_counts {
  std::uint64_t opened = 0, updated = 0, resolved = 0, suppressed = 0;
  bool operator==(notice_counts const&) const = default;
};

/// What became of webhooks before the first fault, from then until the last one was lifted, and after that (`moment`).
struct webhook_record {
  std::array<webhook_counts, 3> target{}, others{};
  bool operator==(webhook_record const&) const = default;
};

enum class ending : std::uint8_t {
  completed,
  unhealthy_before,  // a hypothesis was not met before the first fault: nothing was broken
  could_not_run,     // not ready, or arming was refused
  aborted,           // by a person, by the kill switch, or because a lease ran out
  stopped,           // by a stop condition
  interrupted        // the program ended in the middle
};
inline constexpr std::string_view ending_names[]{"completed", "unhealthy_before", "could_not_run",
                                                 "aborted",   "stopped",          "interrupted"};

struct institution_name {
  std::string id, name;
  std::vector<std::string> aliases;  // a scenario may use them
  bool operator==(institution_name const&) const = default;
};

struct run_identity {
  std::string id;  // UUID
  std::string scenario_text, scenario_file;
  std::string target;  // when given apart from the scenario; else empty
  std::uint64_t seed = 0;
  unsigned compress = 1;
  std::string version;  // of vendaval
  std::string started_by;
  wall_time started{};  // whole milliseconds
  std::vector<institution_name> institutions;
  std::vector<std::string> error_codes;  // that the dialect could answer with: the scenario was checked against them
  bool operator==(run_identity const&) const = default;
};

struct record {
  run_identity run;
  std::vector<phase_record> phases;
  std::vector<run_event> events;
  std::vector<traffic_slot> traffic;  // by time, institution, operation
  monitor::ledger instants;           // time_point{} is the start of the run
  breaker_facts breaker;
  notice_counts notices;
  monitor::write_counts writes;            // to the target
  std::optional<webhook_record> webhooks;  // nothing where they had no way in
  ending end = ending::interrupted;
  std::string end_reason;
  milliseconds ended{};
  std::uint64_t exchanges_lost = 0;
};

}  // namespace vendaval::controller
