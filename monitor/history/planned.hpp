#pragma once
/// What [[maintenance]] plans is put on record before it happens, with the day on which it first stood in the
/// configuration: that is its announcement. What has begun is never changed again, whatever the configuration says
/// later; what lies ahead and is planned no more is withdrawn.
#include <span>
#include <string>
#include <vector>

#include "monitor/silences/calendar.hpp"
#include "sql/rows.hpp"

namespace vendaval::monitor {

/// Far enough that a process that is away for a week or two makes no announcement late.
inline constexpr duration planned_ahead = 24h * 35;

struct revision {
  std::vector<sql::maintenance_row> write;  // new, or changed before they began
  std::vector<std::string> withdraw;        // ids
  bool empty() const { return write.empty() && withdraw.empty(); }
};

/// `banks`: those that a plan which names none is about. `on_record`: what the database holds of the time from `now` to
/// planned_ahead; windows that a person noted there are left alone.
revision revise(std::span<maintenance_plan const> plans, std::span<std::string const> banks,
                std::span<sql::maintenance_row const> on_record, wall_time now);

}  // namespace vendaval::monitor
