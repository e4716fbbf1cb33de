#include "monitor/history/series.hpp"

#include <algorithm>
#include <map>

namespace vendaval::monitor {

std::string grain_for(duration window) { return window <= 48h ? "minute" : window <= 24h * 14 ? "hour" : "day"; }

std::vector<series_point> points_of(std::span<sql::history_row const> rows) {
  std::vector<series_point> points;
  for (std::size_t i = 0; i != rows.size();) {
    series_point point{rows[i].began_at, {}, {}};
    std::vector<sql::history_sum> sums;
    for (; i != rows.size() && rows[i].began_at == point.began; ++i) {
      point.all.merge(read_figures(rows[i]));
      sums.push_back({rows[i].institution_id, rows[i].operation, rows[i].counts});
    }
    point.shares = availability_of(sums);
    points.push_back(std::move(point));
  }
  return points;
}

std::vector<client_series> by_client(series const& of) {
  std::map<std::string, client_series> named;
  client_series others{"others", {}, {}};
  auto const add = [](client_series& to, wall_time began, client_calls const& n) {
    to.points.push_back({began, n});
    to.all.calls += n.calls;
    to.all.bad += n.bad;
  };
  for (auto const& p : of.points) {
    for (auto const& [client, n] : p.all.callers.busiest()) add(named[client_name(client)], p.began, n);
    if (auto const rest = p.all.callers.others(); rest.calls != 0) add(others, p.began, rest);
  }
  std::vector<client_series> all;
  for (auto& [name, one] : named) {
    one.client = name;
    all.push_back(std::move(one));
  }
  std::ranges::sort(all, [](client_series const& a, client_series const& b) {
    return a.all.calls != b.all.calls ? a.all.calls > b.all.calls : a.client < b.client;
  });
  if (others.all.calls != 0) all.push_back(std::move(others));
  return all;
}

}  // namespace vendaval::monitor
