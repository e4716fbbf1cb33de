#include "monitor/io/sample_reader.hpp"

#include <algorithm>
#include <map>

#include "monitor/history/figures.hpp"

namespace vendaval::monitor {
namespace {

struct span_of_time {
  wall_time from, until;
  bool touches(wall_time hour) const { return from < hour + std::chrono::hours(1) && hour < until; }
};

std::vector<span_of_time> incidents_of(std::vector<sql::incident_row> const& rows, std::string const& institution,
                                       wall_time until) {
  std::vector<span_of_time> all;
  for (auto const& i : rows)
    if (i.institution_id == institution || i.institution_id == "*")
      all.push_back({i.started_at, i.resolved_at.value_or(until)});
  return all;
}

bool any_touches(std::vector<span_of_time> const& all, wall_time hour) {
  return std::ranges::any_of(all, [&](span_of_time const& s) { return s.touches(hour); });
}

}  // namespace

sql::result<std::vector<sample>> read_samples(sql::store& store, std::string const& institution, wall_time from,
                                              wall_time until) {
  auto const rows = store.history(institution, {"hour", from, until});
  if (!rows) return std::unexpected(rows.error());
  auto const incidents = store.recent_incidents(10'000);
  if (!incidents) return std::unexpected(incidents.error());
  auto const windows = store.maintenance(from, until);
  if (!windows) return std::unexpected(windows.error());
  auto const trouble = incidents_of(*incidents, institution, until);
  std::vector<span_of_time> planned;
  for (auto const& w : *windows)
    if (w.institution_id == institution) planned.push_back({w.from, w.until});
  std::map<wall_time, figures> hours;
  for (auto const& row : *rows) hours[row.began_at].merge(read_figures(row));
  std::vector<sample> all;
  for (auto const& [at, f] : hours) {
    auto const count = [](auto n) { return static_cast<std::uint64_t>(n); };
    sample x{at, count(f.counts.good + f.counts.bad), count(f.counts.bad), f.latencies.quantile(0.95)};
    x.excluded = f.counts.injected_bad > 0  ? exclusion::drill
                 : any_touches(planned, at) ? exclusion::maintenance
                 : any_touches(trouble, at) ? exclusion::incident
                                            : exclusion::none;
    all.push_back(x);
  }
  return all;
}

}  // namespace vendaval::monitor
