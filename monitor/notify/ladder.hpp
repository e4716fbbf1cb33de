#pragma once
/// Who is told when nobody acknowledges, and when those who know are reminded:
///   [[escalation]]
///   severity = "critical"        # and worse
///   after = "5m"                 # since people were told of the incident, or that it is back
///   channels = ["pagerduty-manager", "email"]
/// An incident that is acknowledged (status investigating) or over climbs no further.
#include <optional>
#include <string>
#include <vector>

#include "base/toml/reader.hpp"
#include "monitor/incidents/incident.hpp"

namespace vendaval::monitor {

struct escalation_step {
  severity at_least = severity::critical;
  duration after = 5min;
  std::vector<std::string> channels;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("severity", self.at_least, severity_names);
    visit("after", self.after, 1s, 24h);
    visit("channels", self.channels);
  }
};

struct ladder_settings {
  std::vector<escalation_step> steps;
  duration repeat = 1h;  // reminders to those who know, while nobody acknowledges; 0 = none
};

/// Every [[escalation]]. Mistakes go to the reader's problems.
std::vector<escalation_step> read_escalation(table_reader& table);

class ladder {
 public:
  explicit ladder(ladder_settings s) : settings_(std::move(s)) {}

  struct call {
    incident about;
    unsigned reminder = 0;              // the how manyth; 0: a step
    std::string name;                   // "step-1", "reminder-3": the same however often it is asked
    std::vector<std::string> channels;  // of a step; a reminder goes to those who know already
  };
  /// What has fallen due and stands in none of these incidents yet.
  std::vector<call> due(std::vector<incident> const& open, time_point now) const;

 private:
  ladder_settings settings_;
};

}  // namespace vendaval::monitor
