#include "monitor/history/rollup.hpp"

#include "monitor/history/figures.hpp"

namespace vendaval::monitor {
namespace {

constexpr auto minutes_kept = 48h, hours_kept = 24h * 91, days_kept = 24h * 731, metrics_kept = 24h * 90;

sql::history_row bucket(sql::history_row const& minute, std::string grain, wall_time began) {
  sql::history_row row;
  row.institution_id = minute.institution_id;
  row.operation = minute.operation;
  row.grain = std::move(grain);
  row.began_at = began;
  return row;
}

void add_span(covered& to, std::string grain, wall_time from, wall_time until) {
  if (from < until) to.spans.push_back({std::move(grain), from, until});
}

}  // namespace

wall_time minute_of(wall_time t) { return std::chrono::floor<std::chrono::minutes>(t); }
wall_time hour_of(wall_time t) { return std::chrono::floor<std::chrono::hours>(t); }
wall_time day_of(wall_time t) {
  auto const offset = std::chrono::duration_cast<wall_time::duration>(brasilia_offset);
  return std::chrono::floor<std::chrono::days>(t + offset) - offset;
}

sql::history_retention retained(wall_time now) {
  return {now - minutes_kept, now - hours_kept, now - days_kept, now - metrics_kept};
}

sql::history_rules rolling_up() {
  sql::history_rules rules;
  rules.buckets = [](sql::history_row const& minute) {
    return std::vector{bucket(minute, "hour", hour_of(minute.began_at)),
                       bucket(minute, "day", day_of(minute.began_at))};
  };
  rules.merge = [](sql::history_row& sum, sql::history_row const& more) {
    auto all = read_figures(sum);
    all.merge(read_figures(more));
    write(all, sum);
  };
  return rules;
}

covered cover(wall_time from, wall_time now) {
  covered all;
  auto const up = [](wall_time t, wall_time floor, duration step) {
    return t == floor ? t : floor + std::chrono::duration_cast<wall_time::duration>(step);
  };
  bool const minutes_there = from >= now - minutes_kept + 1h;
  all.from = minutes_there ? minute_of(from) : hour_of(from);
  auto const first_hour = up(all.from, hour_of(all.from), 1h), first_day = up(first_hour, day_of(first_hour), 24h);
  auto const end = now + 1min;
  add_span(all, "minute", all.from, std::min(first_hour, end));
  add_span(all, "hour", first_hour, std::min(first_day, end));
  add_span(all, "day", first_day, end);
  return all;
}

}  // namespace vendaval::monitor
