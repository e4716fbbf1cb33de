#include "monitor/io/sample_reader.hpp"

#include <algorithm>
#include <map>
#include <set>

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

bool in(operation_set about, std::string_view name) {
  auto const known = std::ranges::find(operation_names, name);
  return known != std::end(operation_names) && about.has(static_cast<operation>(known - std::begin(operation_names)));
}

bool any_touches(std::vector<span_of_time> const& all, wall_time hour) {
  return std::ranges::any_of(all, [&](span_of_time const& s) { return s.touches(hour); });
}

}  // namespace

sql::result<std::vector<sample>> read_samples(sql::store& store, std::string const& institution, operation_set about,
                                              wall_time from, wall_time until) {
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
  std::set<wall_time> drilled;  // a fault counts whatever operation it touched
  for (auto const& row : *rows) {
    auto const f = read_figures(row);
    if (std::ranges::any_of(f.injected, [](auto n) { return n != 0; })) drilled.insert(row.began_at);
    if (in(about, row.operation)) hours[row.began_at].merge(f);
  }
  std::vector<sample> all;
  for (auto& [at, f] : hours) {
    auto const count = [](auto n) { return static_cast<std::uint64_t>(n); };
    sample x{at, count(f.counts.good + f.counts.bad), count(f.counts.bad), f.latencies.quantile(0.95)};
    x.excluded = drilled.contains(at)       ? exclusion::drill
                 : any_touches(planned, at) ? exclusion::maintenance
                 : any_touches(trouble, at) ? exclusion::incident
                                            : exclusion::none;
    x.latencies = std::move(f.latencies);
    all.push_back(x);
  }
  return all;
}

}  // namespace vendaval::monitor
