#include "monitor/io/history_reader.hpp"

#include <algorithm>

#include "base/institution.hpp"
#include "monitor/history/rollup.hpp"

namespace vendaval::monitor {
namespace {

using one_bank = std::span<std::string const>;

wall_time before(wall_time t, duration d) { return t - std::chrono::duration_cast<wall_time::duration>(d); }

/// Of the excluded windows since `began`, minute by minute: they are kept for this.
sql::result<> read_excluded(sql::store& from, sla_facts const& facts, wall_time began, sums_by_institution& into) {
  for (auto const& m : facts.maintenance) {
    if (!m.excluded || std::ranges::find(facts.institutions, m.window.institution_id) == facts.institutions.end())
      continue;
    sql::history_span const span{"minute", std::max(minute_of(m.window.from), began),
                                 std::min(m.window.until, facts.until)};
    if (span.from >= span.until) continue;
    auto sums = from.history_sums(std::span(&span, 1), one_bank(&m.window.institution_id, 1));
    if (!sums) return std::unexpected(sums.error());
    std::ranges::move(*sums, std::back_inserter(into[m.window.institution_id]));
  }
  return {};
}

}  // namespace

sql::result<sla_report> read_sla(sql::store& from, sla_query const& asked, wall_time now) {
  auto const window = cover(before(now, asked.window), now);
  sla_facts facts;
  facts.from = window.from;
  facts.until = now;
  facts.target = asked.target;
  facts.institutions = asked.institutions;
  auto const read = [&](covered const& c, std::vector<sql::history_sum>& into) -> sql::result<> {
    auto sums = from.history_sums(c.spans, asked.institutions);
    if (!sums) return std::unexpected(sums.error());
    into = std::move(*sums);
    return {};
  };
  if (auto const whole = read(window, facts.whole); !whole) return std::unexpected(whole.error());
  auto rows = from.maintenance(month_of(window.from), now);
  if (!rows) return std::unexpected(rows.error());
  facts.maintenance = rule_on(std::move(*rows));
  if (auto const excluded = read_excluded(from, facts, facts.from, facts.excluded); !excluded)
    return std::unexpected(excluded.error());
  for (std::size_t i = 0; i != burn_windows.size(); ++i) {
    auto const lately = cover(before(now, burn_windows[i]), now);
    if (auto const recent = read(lately, facts.recent[i]); !recent) return std::unexpected(recent.error());
    if (auto const excluded = read_excluded(from, facts, lately.from, facts.excluded_recently[i]); !excluded)
      return std::unexpected(excluded.error());
  }
  std::erase_if(facts.maintenance, [&](auto const& m) {
    return m.window.until <= facts.from ||
           std::ranges::find(asked.institutions, m.window.institution_id) == asked.institutions.end();
  });
  return judge(std::move(facts));
}

sql::result<series> read_series(sql::store& from, series_query const& asked, wall_time now) {
  series s;
  s.institution = asked.institution;
  s.grain = grain_for(asked.window);
  auto const began = before(now, asked.window);
  s.from = s.grain == "day" ? day_of(began) : s.grain == "hour" ? hour_of(began) : minute_of(began);
  s.until = now;
  auto const rows = from.history(asked.institution, {s.grain, s.from, now + 1min});
  if (!rows) return std::unexpected(rows.error());
  s.points = points_of(*rows);
  return s;
}

}  // namespace vendaval::monitor
