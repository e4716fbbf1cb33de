#include "monitor/silences/calendar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/did_you_mean.hpp"

namespace vendaval::monitor {
namespace {

constexpr auto behind_utc = std::chrono::hours(3);  // Brasília, all year since 2019

std::optional<unsigned> number(std::string_view text) {
  unsigned n = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (wrong != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return n;
}

std::optional<std::chrono::minutes> clock_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  auto const hour = number(text.substr(0, 2)), minute = number(text.substr(3));
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

std::string like_it(std::string const& typed, institutions const& banks) {
  auto const ids = banks.ids();
  auto const like = did_you_mean(typed, ids);
  return like ? fmt::format("did you mean \"{}\"?", *like) : fmt::format("known are {}", fmt::join(ids, ", "));
}

void read_banks(table_reader& in, maintenance_plan& plan, institutions const& banks) {
  in("institutions", plan.institutions);
  for (std::size_t i = 0; i < plan.institutions.size(); ++i)
    if (auto const* known = banks.find(plan.institutions[i]))
      plan.institutions[i] = known->id;
    else
      in.fail_at("institutions", i, fmt::format("unknown institution \"{}\"", plan.institutions[i]),
                 like_it(plan.institutions[i], banks));
}

}  // namespace

std::optional<std::chrono::year_month_day> date_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto const y = number(text.substr(0, 4)), m = number(text.substr(5, 2)), d = number(text.substr(8));
  if (!y || !m || !d) return std::nullopt;
  std::chrono::year_month_day const date{std::chrono::year(static_cast<int>(*y)), std::chrono::month(*m),
                                         std::chrono::day(*d)};
  return date.ok() ? std::optional(date) : std::nullopt;
}

bool maintenance_plan::about(std::string_view institution) const {
  return institutions.empty() || std::ranges::find(institutions, institution) != institutions.end();
}

std::vector<maintenance_plan::window> maintenance_plan::windows(wall_time since, wall_time end) const {
  std::vector<window> all;
  // One may have begun the day before.
  auto day = std::chrono::floor<std::chrono::days>(since - behind_utc) - std::chrono::days(1);
  for (; wall_time(day) + behind_utc < end; day += std::chrono::days(1)) {
    if (date && std::chrono::year_month_day(day) != *date) continue;
    auto const name = static_cast<weekday>(std::chrono::weekday(day).c_encoding());
    if (!days.empty() && std::ranges::find(days, name) == days.end()) continue;
    wall_time const from = day + at + behind_utc;
    window const one{from, from + std::chrono::floor<wall_time::duration>(lasts)};
    if (since < one.until && one.from < end) all.push_back(one);
  }
  return all;
}

std::optional<wall_time> maintenance_plan::until(wall_time now) const {
  auto const here = windows(now, now + wall_time::duration(1));
  return here.empty() ? std::nullopt : std::optional(here.back().until);
}

std::vector<maintenance_plan> read_maintenance(table_reader& table, institutions const& banks) {
  std::vector<maintenance_plan> all;
  table.each("maintenance", [&](table_reader& in) {
    auto& plan = all.emplace_back();
    std::string at, date, announced;
    for (auto const* key : {"at", "for", "reason"}) in.require(key);
    read_banks(in, plan, banks);
    in("days", plan.days, weekday_names);
    in("at", at);
    in("date", date);
    in("announced", announced);
    in("for", plan.lasts, 1min, 12h);
    in("reason", plan.reason);
    if (auto const clock = clock_of(at))
      plan.at = *clock;
    else if (in.has("at"))
      in.fail("at", fmt::format("\"{}\" is no time of day", at), "write at = \"02:00\": 24 hours, in Brasília");
    plan.date = date_of(date);
    if (in.has("date") && !plan.date) in.fail("date", fmt::format("\"{}\" is no date", date), "write \"2026-02-01\"");
    if (auto const day = date_of(announced)) plan.announced = std::chrono::sys_days(*day) + behind_utc;
    if (in.has("announced") && !plan.announced)
      in.fail("announced", fmt::format("\"{}\" is no date", announced), "write \"2026-01-20\"");
    if (in.has("date") && in.has("days")) in.fail("days", "date and days exclude each other", "keep one of them");
  });
  return all;
}

}  // namespace vendaval::monitor
