// The same class of failure at three banks within a minute is not three banks' doing: one incident speaks for them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "monitor/monitor.hpp"

namespace vendaval::monitor {
namespace {

bool troubled(rule_state const& s) {
  auto const& a = s.view();
  return a.firing || (a.pending_since && a.state == alert_state::pending);
}

}  // namespace

/// Banks in trouble that is not our own doing, and of which people may be told.
std::vector<monitor::suspect> monitor::suspects(time_point now) const {
  std::vector<suspect> all;
  for (auto const& [institution, states] : states_) {
    if (drill_on(institution)) continue;
    std::optional<time_point> since;
    bool slow = false;
    for (auto const& s : states) {
      if (!troubled(s) || !quieted(institution, s.watched(), now).empty()) continue;
      auto const began = s.view().first_bad.value_or(*s.view().pending_since);
      since = std::min(since.value_or(began), began);
      slow = slow || s.watched().what == metric::latency_p95;
    }
    if (!since) continue;
    auto const counts = traffic_.counts(institution, {}, now - settings_.platform_within, now);
    all.push_back({institution, classify(counts, slow), *since});
  }
  std::ranges::sort(all, {}, &suspect::since);
  return all;
}

/// The largest set of banks with the same class of trouble that began within a minute.
void monitor::group(time_point now) {
  group_.clear();
  auto const all = suspects(now);
  for (auto first = all.begin(); first != all.end(); ++first) {
    std::vector<std::string> alike;
    for (auto other = first; other != all.end() && other->since - first->since <= settings_.platform_within; ++other)
      if (other->what == first->what) alike.push_back(other->institution);
    if (alike.size() < settings_.platform_banks || alike.size() <= group_.size()) continue;
    group_ = std::move(alike);
    group_type_ = first->what;
    group_since_ = first->since;
  }
  if (auto const* open = book_.open_platform(); open && open->type != group_type_) group_.clear();
}

/// Also for the banks that it has spoken for: they may get worse, each in a way of its own.
void monitor::speak_for_many(time_point now, effects& out) {
  auto banks = group_;
  if (auto const under = book_.under_platform(); under.size() >= settings_.platform_banks)
    std::ranges::copy_if(under, std::back_inserter(banks),
                         [&](std::string const& bank) { return std::ranges::find(group_, bank) == group_.end(); });
  if (banks.empty()) return;
  std::map<std::string_view, rule const*> firing;
  for (auto const& bank : banks)
    for (auto const& s : states_.at(bank))
      if (s.view().firing && quieted(bank, s.watched(), now).empty()) firing[s.watched().name] = &s.watched();
  std::vector<rule> speaking;
  for (auto const& [name, r] : firing) speaking.push_back(*r);
  std::ranges::sort(speaking, std::ranges::greater(), &rule::grade);
  for (auto& r : speaking) {
    if (!quieted(platform_institution, r, now).empty()) r.channels.clear();  // told once that has ended
    if (book_.open_platform())
      tell(book_.join_platform(banks, r, now), out);
    else
      tell({book_.open_platform(many(now), banks, r)}, out);
  }
}

sighting monitor::many(time_point now) const {
  std::vector<std::string> names;
  for (auto const& bank : group_) names.emplace_back(settings_.banks.name_of(bank));
  sighting s{std::string(platform_institution), "platform", severity::high, group_type_, {}, group_since_, now};
  s.description = fmt::format("Plataforma: {} bancos com a mesma falha ({}) em {}: {}", group_.size(),
                              name_of(group_type_), for_people(settings_.platform_within), fmt::join(names, ", "));
  return s;
}

}  // namespace vendaval::monitor
