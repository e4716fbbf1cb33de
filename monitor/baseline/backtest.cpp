#include "monitor/baseline/backtest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace vendaval::monitor {
namespace {

/// Counts spells, and within the spell of an incident remembers when it was first seen. Like an alert, a spell is over
/// once good calls prove it.
class side {
 public:
  void see(judgement_of const& j, sample const& x) {
    bool const incident = x.excluded == exclusion::incident;
    bool const breached = j.slow || j.failing;
    if (breached && !was_) {
      ++seen.alerts;
      seen.inside += incident;
    }
    if (breached && incident && !first) first = x.at;
    was_ = breached || (was_ && !j.fine);
  }
  backtest_side seen;
  std::optional<wall_time> first;  // in this incident

 private:
  bool was_ = false;
};

/// How much time a line of history stands for: the least that lies between two of them, an hour at most.
duration stretch_of(std::span<sample const> sorted) {
  duration least = 1h;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (auto const gap = sorted[i].at - sorted[i - 1].at; gap >= 1min) least = std::min<duration>(least, gap);
  return least;
}

template <class T>
bool number(std::string_view text, T& value) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// "2026-01-19T17:00:00Z"
std::optional<wall_time> moment(std::string_view t) {
  if (t.size() < 20 || t[4] != '-' || t[7] != '-' || t[10] != 'T' || t[13] != ':' || t[16] != ':' || t.back() != 'Z')
    return std::nullopt;
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  bool const read = number(t.substr(0, 4), year) && number(t.substr(5, 2), month) && number(t.substr(8, 2), day) &&
                    number(t.substr(11, 2), hour) && number(t.substr(14, 2), minute) && number(t.substr(17, 2), second);
  std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!read || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return wall_time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::optional<sample> line_of(std::vector<std::string_view> const& cells) {
  if (cells.size() != 5) return std::nullopt;
  sample x;
  auto const at = moment(cells[0]);
  auto const why = std::ranges::find(exclusion_names, cells[4].empty() ? exclusion_names[0] : cells[4]);
  double ms = 0;
  if (!at || !number(cells[1], x.calls) || !number(cells[2], x.bad) || x.bad > x.calls) return std::nullopt;
  if (why == exclusion_names.end() || (!cells[3].empty() && (!number(cells[3], ms) || ms < 0))) return std::nullopt;
  x.at = *at;
  if (!cells[3].empty()) x.p95 = std::chrono::duration_cast<duration>(std::chrono::duration<double, std::milli>(ms));
  x.excluded = static_cast<exclusion>(why - exclusion_names.begin());
  return x;
}

std::vector<std::string_view> split(std::string_view line, char by) {
  std::vector<std::string_view> cells;
  for (std::size_t from = 0;;) {
    auto const to = line.find(by, from);
    cells.push_back(line.substr(from, to - from));
    if (to == std::string_view::npos) return cells;
    from = to + 1;
  }
}

}  // namespace

backtest_report backtest(std::span<sample const> history, baseline_settings const& s) {
  backtest_report r;
  if (history.empty()) return r;
  std::vector<sample> all(history.begin(), history.end());
  std::ranges::sort(all, {}, &sample::at);
  r.from = all.front().at;
  r.until = all.back().at;
  r.how = s;
  r.how.stretch = stretch_of(all);
  r.counts_slow = std::ranges::all_of(all, [](auto const& x) { return x.calls == 0 || !x.latencies.empty(); });
  side dynamic, fixed;
  bool in_incident = false;
  duration gained{0};
  std::size_t both = 0;
  auto const leave = [&] {
    r.found += dynamic.first.has_value();
    r.found_static += fixed.first.has_value();
    if (dynamic.first && fixed.first) gained += *fixed.first - *dynamic.first, ++both;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& x = all[i];
    bool const incident = x.excluded == exclusion::incident;
    if (incident != in_incident) {
      if (in_incident) leave();
      dynamic.first.reset();
      fixed.first.reset();
      r.incidents += incident;
      in_incident = incident;
    }
    fixed.see(judge_written(x, r.how), x);
    dynamic.see(judge(learn(std::span(all).first(i), x.at, r.how), x, r.how), x);
  }
  if (in_incident) leave();
  if (both > 0) r.earlier = gained / static_cast<duration::rep>(both);
  auto const weeks = std::chrono::duration<double>(r.until - r.from).count() / (7 * 86'400.0);
  r.dynamic = dynamic.seen;
  r.fixed = fixed.seen;
  for (auto* const one : {&r.dynamic, &r.fixed}) one->per_week = weeks > 0 ? double(one->alerts) / weeks : 0;
  return r;
}

std::string fidelity(backtest_report const& r) {
  auto const rule = [](rule_window const& w) {
    return fmt::format("{} with at least {} calls", show(w.lasts), w.least);
  };
  auto text = fmt::format(
      "as the rules do: p95 over {}, failures over {}, and only what happens by accident less than once in {:.0f} "
      "times; the written ones over {} and {}\n",
      rule(r.how.slow), rule(r.how.failing), 1 / r.how.chance, rule(r.how.static_slow), rule(r.how.static_failing));
  text += fmt::format(
      "unlike them: history is kept by {}, and its calls are taken to have come evenly, so shorter trouble is seen "
      "late or not at all; calls that were still under way are not known\n",
      show(r.how.stretch));
  if (!r.counts_slow)
    text += "this history does not say how many calls were slow, so a p95 over its limit may be an accident\n";
  return text;
}

std::vector<sample> read_samples(std::string_view csv, std::string const& file, std::vector<std::string>& wrong) {
  std::vector<sample> all;
  std::size_t number_of_line = 0;
  for (auto line : split(csv, '\n')) {
    ++number_of_line;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#') || (number_of_line == 1 && line.starts_with("at,"))) continue;
    if (auto const x = line_of(split(line, ',')))
      all.push_back(*x);
    else
      wrong.push_back(fmt::format(
          "{}:{}:1: this is no line \"at,calls,bad,p95_ms,excluded\": 2026-01-19T17:00:00Z,120,1,420,none; excluded is "
          "one of {}",
          file, number_of_line, fmt::join(exclusion_names, ", ")));
  }
  return all;
}

}  // namespace vendaval::monitor
