// What the monitor goes on with after a restart.
#include <fmt/format.h>

#include <algorithm>

#include "monitor/monitor.hpp"

namespace vendaval::monitor {
namespace {

std::string said(alert const& a, continuity what, duration gap) {
  auto const whose = fmt::format("{} of {}", a.rule, a.institution);
  auto const missing = gap == duration::max() ? std::string("an unknown time") : for_people(gap);
  switch (what) {
    case continuity::firing_goes_on: return fmt::format("{} still fires: it did {} ago", whose, missing);
    case continuity::pending_goes_on:
      return fmt::format("{} stays pending: the gap of {} counts as continuity", whose, missing);
    case continuity::pending_dropped:
      return fmt::format("{} was pending and is no longer: nobody looked for {}", whose, missing);
    case continuity::none: break;
  }
  return {};
}

}  // namespace

/// Whether a detector goes on with what it had seen: `name` is its own.
bool monitor::sees_again(incident const& i, std::string_view name) {
  watch(i.institution);
  auto const bank = detectors_.find(i.institution);
  if (bank == detectors_.end()) return false;
  for (auto& d : bank->second)
    if (detector_name(d.kind()) == name) {
      d.restore(i.started_at);  // the one that looks at all operations
      return true;
    }
  return false;
}

/// What is kept of it must not be taken up by a later process.
void monitor::forget_alert(alert a, time_point now) {
  alert_change c{alert_change::kind::state, a.state, std::move(a), now};
  c.now.state = alert_state::no_data;
  c.now.firing = false;
  c.now.pending_since.reset();
  c.now.first_bad.reset();
  early_.alerts.push_back(std::move(c));
}

std::vector<std::string> monitor::restore(memory before, time_point now) {
  std::vector<std::string> told;
  auto const gap = before.alive ? std::max(now - *before.alive, duration(0)) : duration::max();
  std::vector<rule_state const*> firing;
  for (auto const& a : before.alerts) {
    watch(a.institution);
    auto const bank = states_.find(a.institution);
    if (bank == states_.end()) continue;
    auto const s = std::ranges::find(bank->second, a.rule, [](rule_state const& one) { return one.watched().name; });
    if (s == bank->second.end()) {  // a rule that is configured no more
      forget_alert(a, now);
      continue;
    }
    auto const what = s->restore(a, gap, now);
    if (what == continuity::pending_dropped) forget_alert(a, now);
    if (what == continuity::firing_goes_on) firing.push_back(&*s);
    if (what != continuity::none) told.push_back(said(a, what, gap));
  }
  for (auto& i : before.incidents) {
    if (!is_open(i)) continue;
    // Only what still fires can clear; anything else would hold the incident open for ever.
    if (i.institution != platform_institution)
      std::erase_if(i.firing, [&](std::string const& name) {
        auto const its = [&](rule_state const* s) {
          return s->view().institution == i.institution && s->watched().name == name;
        };
        return std::ranges::none_of(firing, its) && !by_others(name) && !sees_again(i, name);
      });
    told.push_back(fmt::format("incident {} of {} goes on ({})", i.label(), i.institution, name_of(i.status)));
  }
  book_.restore(std::move(before.incidents), now);
  for (auto const* s : firing) book_.owes(s->view(), s->watched());
  silences_.restore(std::move(before.silences), now);
  return told;
}

}  // namespace vendaval::monitor
