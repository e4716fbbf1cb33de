// Why somebody is not told.
#include <fmt/format.h>

#include <algorithm>

#include "monitor/monitor.hpp"

namespace vendaval::monitor {

std::string monitor::withheld(incident const* i, std::string_view institution, rule const& r, time_point now) const {
  auto const* platform = book_.open_platform();
  if (i && platform && i->part_of == platform->id)
    return fmt::format("o incidente {} da plataforma fala por este banco", platform->label());
  if (std::ranges::find(group_, institution) != group_.end())
    return "vários bancos falham do mesmo modo: fala o incidente da plataforma";
  if (auto const* s = silences_.quiets(institution, r, now))
    return fmt::format("silêncio de {} até {}: {}", s->by, brasilia_clock(settings_.time.at(s->until)), s->reason);
  for (auto const& [plan, until] : maintenance_now(now))
    if (plan.about(institution)) return fmt::format("manutenção até {}: {}", brasilia_clock(until), plan.reason);
  return {};
}

/// Reminders and escalation wait as well; what fell due meanwhile is said when the silence ends.
bool monitor::silenced(incident const& i, time_point now) const {
  return std::ranges::any_of(i.firing, [&](std::string const& name) {
    auto const r = std::ranges::find(settings_.rules, name, &rule::name);
    return r != settings_.rules.end() && !withheld(&i, i.institution, *r, now).empty();
  });
}

std::vector<std::pair<maintenance_plan, wall_time>> monitor::maintenance_now(time_point now) const {
  std::vector<std::pair<maintenance_plan, wall_time>> all;
  for (auto const& plan : settings_.maintenance)
    if (auto const until = plan.until(settings_.time.at(now))) all.emplace_back(plan, *until);
  return all;
}

std::expected<std::pair<silence, effects>, std::string> monitor::quiet(silence s, time_point now) {
  bool const known = s.run.empty() || std::ranges::any_of(drills_, [&](auto const& d) {
                       return d.second.running && d.second.of.run == s.run;
                     });
  if (!known) return std::unexpected("no such run is under way");
  if (!s.rule.empty() && std::ranges::find(settings_.rules, s.rule, &rule::name) == settings_.rules.end())
    return std::unexpected(fmt::format("there is no rule \"{}\"", s.rule));
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
