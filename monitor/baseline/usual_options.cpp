#include "monitor/baseline/usual_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "base/did_you_mean.hpp"
#include "monitor/baseline/holidays.hpp"
#include "monitor/silences/calendar.hpp"

namespace vendaval::monitor {
namespace {

constexpr auto behind_utc = std::chrono::hours(3);  // Brasília

void read_relaxation(table_reader& in, usual_options& o, institutions const& banks) {
  std::string bank, until;
  relaxation r;
  for (auto const* key : {"institution", "latency_p95", "until", "by", "reason"}) in.require(key);
  in("institution", bank);
  in("latency_p95", r.latency, 1ms, 10min);
  in("until", until);
  in("by", r.by);
  in("reason", r.reason);
  auto const* known = banks.find(bank);
  if (in.has("institution") && !known) {
    auto const ids = banks.ids();
    auto const like = did_you_mean(bank, ids);
    in.fail("institution", fmt::format("unknown institution \"{}\"", bank),
            like ? fmt::format("did you mean \"{}\"?", *like) : fmt::format("known are {}", fmt::join(ids, ", ")));
  }
  auto const date = date_of(until);
  if (in.has("until") && !date)
    in.fail("until", fmt::format("\"{}\" is no date", until), "write until = \"2026-01-31\": leave always ends");
  if (in.has("by") && r.by.empty()) in.fail("by", "nobody is named", "say who allows it: by = \"ana\"");
  if (!known || !date) return;
  r.until = wall_time(std::chrono::sys_days(*date)) + behind_utc;
  if (!o.relaxed.emplace(known->id, std::move(r)).second)
    in.fail("institution", fmt::format("{} is relaxed twice", known->id), "keep one of them");
}

/// Of the written rules for this metric; null when there is none.
rule const* strictest(std::vector<rule> const& written, metric what) {
  rule const* found = nullptr;
  for (auto const& r : written) {
    if (r.usual || r.what != what) continue;
    if (!found || (what == metric::latency_p95 ? r.slow < found->slow : r.share < found->share)) found = &r;
  }
  return found;
}

rule_window window_of(rule const& r) { return {r.lasts, r.min_samples}; }

}  // namespace

usual_options read_usual(table_reader& in, institutions const& banks) {
  usual_options o;
  std::vector<std::string> holidays;
  in("holidays", holidays);
  for (std::size_t i = 0; i < holidays.size(); ++i)
    if (auto const date = date_of(holidays[i]))
      o.holidays.push_back(*date);
    else
      in.fail_at("holidays", i, fmt::format("\"{}\" is no date", holidays[i]), "write \"2026-07-09\"");
  in.each("relax", [&](table_reader& one) { read_relaxation(one, o, banks); });
  return o;
}

baseline_settings settings_for(std::string_view institution, usual_options const& o, std::vector<rule> const& written,
                               wall_time at) {
  baseline_settings s;
  if (auto const* r = strictest(written, metric::latency_p95))
    s.static_latency = r->slow, s.static_slow = window_of(*r);
  if (auto const* r = strictest(written, metric::error_rate))
    s.static_errors = r->share, s.static_failing = window_of(*r);
  for (auto const& r : written | std::views::reverse) {  // the first of several
    if (r.usual && r.what == metric::latency_p95) s.slow = window_of(r);
    if (r.usual && r.what == metric::error_rate) s.failing = window_of(r);
  }
  auto const year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at)).year();
  for (auto const y : {year - std::chrono::years(1), year, year + std::chrono::years(1)})
    s.holidays.merge(bank_holidays(y));
  for (auto const& date : o.holidays) s.holidays.insert(std::chrono::sys_days(date));
  if (auto const known = o.relaxed.find(institution); known != o.relaxed.end()) s.relaxed = known->second;
  return s;
}

}  // namespace vendaval::monitor
