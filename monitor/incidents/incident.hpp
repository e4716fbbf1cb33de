#pragma once
/// An incident as the bank's table banking_incidents keeps it, and what the monitor needs beside.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/alerts/rule_state.hpp"

namespace vendaval::monitor {

enum class incident_type : std::uint8_t {
  authentication_error,
  timeout,
  connection_failure,
  rate_limit,
  maintenance,
  data_inconsistency,
  circuit_breaker_open,
  other
};
inline constexpr std::array<std::string_view, 8> incident_type_names{
    "authentication_error", "timeout", "connection_failure", "rate_limit", "maintenance", "data_inconsistency",
    "circuit_breaker_open", "other"};
enum class incident_status : std::uint8_t { open, investigating, resolved, closed };
inline constexpr std::array<std::string_view, 4> incident_status_names{"open", "investigating", "resolved", "closed"};

inline std::string_view name_of(incident_type t) { return incident_type_names[static_cast<std::size_t>(t)]; }
inline std::string_view name_of(incident_status s) { return incident_status_names[static_cast<std::size_t>(s)]; }

/// What somebody, or the program, has to say about an incident while it lasts and after.
struct incident_note {
  time_point at{};
  std::string by;  // a person, or "vendaval"
  std::string text;
};

struct incident {
  std::string id;       // UUID
  unsigned number = 0;  // for people: INC-0042
  std::string institution;
  incident_type type = incident_type::other;
  severity grade = severity::low;  // the worst it has been
  incident_status status = incident_status::open;
  std::string description;               // one line, pt-BR
  time_point started_at{};               // the first bad answer of this spell
  time_point opened_at{};                // when the monitor knew: the table's detected_at
  std::string detected_by;               // "rule errors_high", "detector failures", "platform"
  std::optional<time_point> alerted_at;  // when the first message about it was made; later than opened_at, or never
  std::optional<time_point> acknowledged_at;
  std::string acknowledged_by;
  std::optional<time_point> resolved_at;
  std::optional<time_point> closed_at;
  std::string closed_by;
  std::string resolution_notes;
  unsigned affected_users = 0;
  std::string created_by;  // "auto:<rule>", "auto:detector", "auto:platform"
  std::string assigned_to;
  bool drill = false;  // faults of ours were active on this bank
  std::string run;     // of that drill

  std::vector<incident_note> notes;       // oldest first
  std::string part_of;                    // id of the platform incident that speaks for this one
  std::vector<std::string> institutions;  // of a platform incident: whose
  std::map<std::string, severity> told;   // channel → worst severity it knows
  std::vector<std::string> firing;        // rules, in the order in which they fired
  unsigned suppressed = 0;                // further signals that told nobody anything new
  unsigned reopened = 0;
  // Since it began, or began again:
  std::optional<time_point> told_at;  // the first message
  std::vector<std::string> climbed;   // steps of the ladder: "step-1"
  unsigned reminders = 0;
  bool masked = false;        // every firing rule lacks calls to judge by
  std::string label() const;  // "INC-0042"
};

/// The bank of an incident that is many banks' at once.
inline constexpr std::string_view platform_institution = "*";

inline bool is_open(incident const& i) {
  return i.status == incident_status::open || i.status == incident_status::investigating;
}

struct incident_change {
  /// `opened`: somebody is told for the first time. `detected`: it is known, and nobody is told yet.
  enum class kind : std::uint8_t {
    opened,
    updated,
    reopened,
    resolved,
    detected,
    acknowledged,
    noted,
    closed,
    escalated,
    reminded
  };
  kind what = kind::opened;
  incident now;
  std::string because;                     // the rule; empty when resolved
  std::vector<std::string> channels;       // who has to be told; may be empty
  std::vector<std::string> newcomers;      // those of them who hear of this incident for the first time
  reading figures;                         // of that rule when it fired
  std::optional<rule> cause;               // that rule itself
  std::shared_ptr<explanation const> why;  // it fired
  std::string step;                        // of the ladder, when that is why: "step-1", "reminder-3"
  time_point at{};
};

/// What an incident's description calls it: its name, or pt-BR where nobody answered who could have named it.
std::string_view cause_of(outcome o);
/// What kind of incident failures like these are. `slow`: a latency rule fired.
incident_type classify(tally const& counts, bool slow);

}  // namespace vendaval::monitor
