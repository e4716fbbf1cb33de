#pragma once
/// Who is told when nobody acknowledges, and when those who know are reminded:
///   [[escalation]]
///   severity = "critical"        # and worse
///   after = "5m"                 # since people were told of the incident, or that it is back
///   channels = ["pagerduty-manager", "email"]
/// An incident that is acknowledged (status investigating) or over climbs no further.
#include <map>
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
    bool reminder = false;              // else the next step
    std::string name;                   // "step-1", "reminder-3": the same however often it is asked
    std::vector<std::string> channels;  // of a step; a reminder goes to those who know already
  };
  /// What has fallen due since it was asked last; `open` are those that people may be told of. After a restart steps
  /// fall due once more under the names they had, and the outbox knows those: an incident that was there before counts
  /// from its first message, however often it has come back, so that no restart puts off that somebody is called.
  std::vector<call> due(std::vector<incident> const& open, time_point now);

 private:
  struct height {
    std::vector<bool> climbed;
    std::int64_t reminders = 0;
    unsigned reopened = 0;
  };
  /// When an incident that was over came back, so that people could be told.
  struct comeback {
    unsigned reopened = 0;
    std::optional<time_point> at;  // nothing: before this process began
    time_point seen{};
  };
  time_point told_at(incident const& i, time_point now);

  ladder_settings settings_;
  std::map<std::string, height> heights_;      // by incident
  std::map<std::string, comeback> comebacks_;  // by incident; also of those that a silence keeps away
  bool asked_ = false;
};

}  // namespace vendaval::monitor
