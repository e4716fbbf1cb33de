#include "monitor/history/series.hpp"

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

}  // namespace vendaval::monitor
