// Why somebody is not told.
#include <fmt/format.h>

#include <algorithm>

#include "monitor/monitor.hpp"

namespace vendaval::monitor {

/// A silence or maintenance that this rule is under at this bank; empty: none.
std::string monitor::quieted(std::string_view institution, rule const& r, time_point now) const {
  auto const* d = drill_on(institution);
  if (auto const* s = silences_.quiets(institution, r, d ? d->of.run : std::string(), now))
    return fmt::format("silêncio de {} até {}: {}", s->by, brasilia_clock(settings_.time.at(s->until)), s->reason);
  for (auto const& [plan, until] : maintenance_now(now))
    if (plan.about(institution)) return fmt::format("manutenção até {}: {}", brasilia_clock(until), plan.reason);
  return {};
}

std::string monitor::withheld(incident const* i, std::string_view institution, rule const& r, time_point now) const {
  auto const* platform = book_.open_platform();
  if (i && platform && i->part_of == platform->id && platform_says(*platform, r))
    return fmt::format("o incidente {} da plataforma fala por este banco", platform->label());
  if (std::ranges::find(group_, institution) != group_.end())
    return "vários bancos falham do mesmo modo: fala o incidente da plataforma";
  return quieted(institution, r, now);
}

/// It goes on speaking for its banks while they are many; for those that are left only as far as it has spoken.
bool monitor::platform_says(incident const& platform, rule const& r) const {
  if (book_.under_platform().size() >= settings_.platform_banks) return true;
  return std::ranges::all_of(r.channels, [&](std::string const& channel) {
    auto const known = platform.told.find(channel);
    return known != platform.told.end() && known->second >= r.grade;
  });
}

/// Reminders and escalation wait as well; what fell due meanwhile is said when the silence ends. One rule that may
/// speak is enough.
bool monitor::silenced(incident const& i, time_point now) const {
  std::vector<rule const*> firing;
  if (auto const bank = states_.find(i.institution); bank != states_.end())
    for (auto const& s : bank->second)
      if (std::ranges::find(i.firing, s.watched().name) != i.firing.end()) firing.push_back(&s.watched());
  if (!firing.empty())
    return std::ranges::all_of(firing, [&](auto const* r) { return !withheld(&i, i.institution, *r, now).empty(); });
  rule as_it_stands;  // of many banks, or seen by no rule of ours
  as_it_stands.name = "platform";
  as_it_stands.grade = i.grade;
  auto const quiet = [&](std::string_view bank) { return !quieted(bank, as_it_stands, now).empty(); };
  return quiet(i.institution) || (!i.institutions.empty() && std::ranges::all_of(i.institutions, quiet));
}

std::vector<std::pair<maintenance_plan, wall_time>> monitor::maintenance_now(time_point now) const {
  std::vector<std::pair<maintenance_plan, wall_time>> all;
  for (auto const& plan : settings_.maintenance)
    if (auto const until = plan.until(settings_.time.at(now))) all.emplace_back(plan, *until);
  return all;
}

namespace {

std::string rule_names(monitor_settings const& s) {
  std::string names;
  for (auto const& r : s.rules) names += (names.empty() ? "" : ", ") + r.name;
  if (s.probe) names += (names.empty() ? "" : ", ") + s.probe->name;
  return names;
}

}  // namespace

std::expected<std::pair<silence, effects>, std::string> monitor::quiet(silence s, time_point now) {
  bool const known = s.run.empty() || std::ranges::any_of(drills_, [&](auto const& d) {
                       return d.second.running && d.second.of.run == s.run;
                     });
  if (!known) return std::unexpected("no such run is under way");
  bool const of_probes = settings_.probe && s.rule == settings_.probe->name;
  if (!s.rule.empty() && !of_probes && std::ranges::find(settings_.rules, s.rule, &rule::name) == settings_.rules.end())
    return std::unexpected(fmt::format("there is no rule \"{}\"; there are {}", s.rule, rule_names(settings_)));
  auto made = silences_.add(std::move(s), now);
  if (!made) return std::unexpected(made.error());
  effects out;
  out.silences.push_back(*made);
  return std::pair(*made, std::move(out));
}

std::optional<effects> monitor::end_silence(std::string_view id, time_point now) {
  auto ended = silences_.remove(id, now);
  if (!ended) return std::nullopt;
  effects out;
  out.silences.push_back(std::move(*ended));
  return out;
}

}  // namespace vendaval::monitor
