#include "monitor/history/maintenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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

std::string shown(sql::maintenance_row const& w) {
  auto const what = w.reason.empty() ? std::string() : fmt::format(", \"{}\"", w.reason);
  return fmt::format("{} {} to {} (from: {}{})", w.institution_id, iso8601(w.from), iso8601(w.until), w.source, what);
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

std::vector<std::string> told(std::vector<maintenance_ruling> const& rulings) {
  struct counted {
    sql::maintenance_row const* first;
    std::size_t more = 0;
  };
  std::vector<std::string> lines;
  std::map<std::pair<std::string, std::string>, counted> others;  // institution and why
  for (auto const& m : rulings)
    if (m.excluded)
      lines.push_back(fmt::format("maintenance of {}, excluded ({})", shown(m.window), m.why));
    else if (auto const [at, is_new] = others.try_emplace({m.window.institution_id, m.why}, &m.window); !is_new)
      ++at->second.more;
  for (auto const& [key, windows] : others)
    lines.push_back(fmt::format("maintenance of {}{}, counted ({})", shown(*windows.first),
                                windows.more == 0 ? "" : fmt::format(" and {} more", windows.more), key.second));
  return lines;
}

}  // namespace vendaval::monitor
