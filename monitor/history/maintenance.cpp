#include "monitor/history/maintenance.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "monitor/history/rollup.hpp"

namespace vendaval::monitor {
namespace {

constexpr auto longest = 3h, opens = 1h, closes = 7h, notice = 24h * 7;

/// What of the rule one window breaks by itself; nothing when it keeps it.
std::string breach(sql::maintenance_row const& w) {
  if (w.until - w.from > longest) return "longer than 3 hours";
  auto const midnight = day_of(w.from);
  if (w.from < midnight + opens || w.until > midnight + closes) return "not between 01:00 and 07:00 in Brasília";
  if (w.from - w.announced_at < notice) return "announced less than a week before";
  return "";
}

}  // namespace

wall_time month_of(wall_time t) {
  auto const offset = std::chrono::duration_cast<wall_time::duration>(brasilia_offset);
  std::chrono::year_month_day const day(std::chrono::floor<std::chrono::days>(t + offset));
  return wall_time(std::chrono::sys_days(day.year() / day.month() / 1)) - offset;
}

std::vector<maintenance_ruling> rule_on(std::vector<sql::maintenance_row> all) {
  std::ranges::sort(all, {}, [](auto const& w) { return std::tie(w.from, w.institution_id, w.id); });
  std::set<std::pair<std::string, wall_time>> had;  // institution and month
  std::vector<maintenance_ruling> rulings;
  for (auto& window : all) {
    auto why = breach(window);
    if (why.empty() && !had.emplace(window.institution_id, month_of(window.from)).second)
      why = "the second of its month";
    bool const excluded = why.empty();
    rulings.push_back({std::move(window), excluded, excluded ? "planned" : std::move(why)});
  }
  return rulings;
}

}  // namespace vendaval::monitor
