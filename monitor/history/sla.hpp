#pragma once
/// How often a bank was there when the app needed it, in two numbers, each with and without what drills did to it:
///   end to end    every call about the bank; failures are whatever kept the app from its answer, our keys, quotas and
///                 the aggregator's trouble included
///   attributable  calls that make the aggregator talk to the bank, the app's and our probes; failures are the bank's
///                 own: not those that a fault made, and not what three banks had at once
///                 (monitor/history/recorder.hpp)
/// Excluded maintenance is taken out of both. What users did wrong counts neither way.
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "monitor/history/maintenance.hpp"
#include "sql/store.hpp"

namespace vendaval::monitor {

struct call_share {
  std::int64_t good = 0, failed = 0;
  std::int64_t calls() const { return good + failed; }
  std::optional<percent> value() const;  // nothing without calls
};

struct drilled {
  call_share without_drills, with_drills;
};
struct availability {
  drilled end_to_end, attributable;
  bool every_operation = false;  // no call of link or retrieve: the attributable number is about all operations
};
/// Of one institution; `excluded` is taken off.
availability availability_of(std::span<sql::history_sum const> sums, std::span<sql::history_sum const> excluded = {});

/// What the target leaves room for. Downtime stands for failed calls: 0.1 % of failures in 30 days is 43 min 12 s.
struct error_budget {
  duration allowed{0}, used{0};
  std::int64_t allowed_failures = 0, failures = 0;
  double left = 1;  // share of it; negative when overspent
};

/// How many times faster than it may the budget is being spent. A pair burns when both its windows do.
struct burn_pair {
  double limit = 0;
  duration long_window{}, short_window{};
  std::optional<double> long_rate, short_rate;  // nothing without calls
  bool burning() const { return long_rate && short_rate && *long_rate >= limit && *short_rate >= limit; }
};
inline constexpr std::array<duration, 4> burn_windows{5min, 30min, 1h, 6h};

struct sla_side {
  drilled shares;
  error_budget budget;      // of the number without drills
  burn_pair fast, slow;     // 14.4 times over 1 h and 5 min; 6 times over 6 h and 30 min
  std::optional<bool> met;  // the number without drills; nothing without calls
};
struct sla_line {
  std::string institution;
  sla_side end_to_end, attributable;
  bool every_operation = false;
  bool few_calls = false;  // under 1000 a day: rates mean little, look at the failures the budget allows
};
struct sla_report {
  wall_time from{}, until{};
  percent target{};
  std::vector<sla_line> lines;
  std::vector<maintenance_ruling> maintenance;  // that touches the window
};

using sums_by_institution = std::map<std::string, std::vector<sql::history_sum>>;
struct sla_facts {
  wall_time from{}, until{};
  percent target{99.9};
  std::vector<std::string> institutions;  // one line each, in this order
  std::vector<sql::history_sum> whole;
  sums_by_institution excluded;  // of the whole window
  std::array<std::vector<sql::history_sum>, burn_windows.size()> recent;
  std::array<sums_by_institution, burn_windows.size()> excluded_recently;  // of each of these
  std::vector<maintenance_ruling> maintenance;
};
sla_report judge(sla_facts facts);

}  // namespace vendaval::monitor
