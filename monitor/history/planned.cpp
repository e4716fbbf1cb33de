#include "monitor/history/planned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/dice.hpp"

namespace vendaval::monitor {
namespace {

/// The same window has the same id in every process: so it is known as the calendar's, and is on record once.
std::string id_of(sql::maintenance_row const& w) {
  dice d(0, dice::key(fmt::format("{} {} {}", w.institution_id, iso8601(w.from), iso8601(w.until))));
  return uuid(d);
}

struct planned_window {
  sql::maintenance_row row;
  bool says_when = false;  // it was announced; else that is now
};
using by_id = std::map<std::string, planned_window>;

by_id windows_of(std::span<maintenance_plan const> plans, std::span<std::string const> banks, wall_time now) {
  by_id all;
  auto const horizon = now + std::chrono::floor<wall_time::duration>(planned_ahead);
  for (auto const& plan : plans)
    for (auto const& [from, until] : plan.windows(now, horizon))
      for (auto const& bank : plan.institutions.empty() ? banks : std::span(plan.institutions)) {
        bool const says_when = plan.announced && from > now;  // nobody announces what has begun already
        sql::maintenance_row row{"", bank, from, until, says_when ? *plan.announced : now, plan.reason, "calendar"};
        row.id = id_of(row);
        all.try_emplace(row.id, row, says_when);
      }
  return all;
}

/// What is to be written instead of what is there. An announcement stays when it was made, unless the configuration
/// itself says when that was.
std::optional<sql::maintenance_row> change(planned_window planned, sql::maintenance_row const& there) {
  if (!planned.says_when) planned.row.announced_at = there.announced_at;
  bool const same = planned.row.reason == there.reason && planned.row.announced_at == there.announced_at;
  return same ? std::nullopt : std::optional(std::move(planned.row));
}

}  // namespace

revision revise(std::span<maintenance_plan const> plans, std::span<std::string const> banks,
                std::span<sql::maintenance_row const> on_record, wall_time now) {
  revision r;
  auto planned = windows_of(plans, banks, now);
  for (auto const& there : on_record) {
    if (there.id != id_of(there)) continue;  // a person's
    auto mine = planned.extract(there.id);
    if (there.from <= now) continue;  // it has begun, and stays as it is
    if (!mine)
      r.withdraw.push_back(there.id);
    else if (auto changed = change(std::move(mine.mapped()), there))
      r.write.push_back(*std::move(changed));
  }
  for (auto& [id, window] : planned) r.write.push_back(std::move(window.row));
  return r;
}

}  // namespace vendaval::monitor
