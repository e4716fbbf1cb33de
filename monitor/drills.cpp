// Game days as the monitor follows them: the ledger, the breaker, and who hears of them.
#include <fmt/format.h>

#include <algorithm>

#include "monitor/alerts/slow_by.hpp"
#include "monitor/monitor.hpp"
#include "monitor/notify/letter.hpp"

namespace vendaval::monitor {

void monitor::announce(drill const& d, bool begins, time_point now) {
  auto const bank = settings_.banks.name_of(d.institution);
  auto says =
      plain_letter(notification_kind::drill, fmt::format("[EXERCÍCIO] {}: {}", bank, begins ? "começa" : "termina"),
                   fmt::format("[EXERCÍCIO] {} em {} ({})", begins ? "Começa o teste" : "Termina o teste", bank, d.run),
                   fmt::format("[DRILL] {} on {} ({})", begins ? "begins" : "ends", bank, d.run));
  says.drill = true;
  says.run = d.run;
  says.institution = d.institution;
  says.bank_name = bank;
  says.at = says.started_at = settings_.time.at(now);
  for (auto const& lane : lanes(settings_.drill_channels)) {
    auto const print = fmt::format("drill/{}/{}/{}/{}", d.run, d.institution, begins ? "begins" : "ends", lane);
    early_.notifications.push_back({uuid(dice_), {}, lane, says.kind, says.text, to_json(says), print, true, now});
  }
}

void monitor::start_drill(drill d, time_point now) {
  announce(d, true, now);
  watch(d.institution);
  auto const institution = d.institution;
  run_ledger marks(institution, operation_set(d.operations), slow_by(settings_.rules));
  drills_.erase(institution);
  drills_.emplace(institution,
                  drill_state{std::move(d), std::move(marks), breaker_observer(now, settings_.breaker), true, false});
}

void monitor::fault_armed(std::string_view institution, std::uint64_t fault, time_point at) {
  auto* d = drill_on(institution);
  if (!d) return;
  if (!d->armed_once) d->breaker.baseline_ends(at);
  d->armed_once = true;
  d->marks.armed(fault, at);
}

void monitor::fault_lifted(std::string_view institution, std::uint64_t fault, time_point at) {
  auto* d = drill_on(institution);
  if (!d) return;
  d->marks.lifted(fault, at);
  if (auto const all = d->marks.marks()[mark::lifted]) d->breaker.faults_lifted(*all);
}

void monitor::end_drill(std::string_view institution, time_point now) {
  auto* d = drill_on(institution);
  if (!d) return;
  if (d->armed_once) d->marks.breaker(d->breaker.finding(now));
  announce(d->of, false, now);
  d->running = false;
  for (auto& ended : silences_.run_ended(d->of.run, now)) early_.silences.push_back(std::move(ended));
}

void monitor::breaker_reported(std::string_view institution, app_breaker state, time_point at) {
  if (auto* d = drill_on(institution)) d->breaker.report(state, at);
}

void monitor::written(std::string_view notification_id, time_point at) {
  auto const l = letters_.find(notification_id);
  if (l == letters_.end()) return;
  if (auto* d = drill_on(l->second.institution)) d->marks.written(at);
}

void monitor::accepted(std::string_view notification_id, time_point at) {
  auto const l = letters_.find(notification_id);
  if (l == letters_.end()) return;
  ++accepted_;
  if (auto* d = drill_on(l->second.institution)) d->marks.accepted(at);
  letters_.erase(l);
}

ledger const* monitor::drill_ledger(std::string_view institution) const {
  auto const d = drills_.find(institution);
  return d == drills_.end() ? nullptr : &d->second.marks.marks();
}

std::optional<time_point> monitor::first_bad(std::string_view institution, std::uint64_t fault) const {
  auto const d = drills_.find(institution);
  return d == drills_.end() ? std::nullopt : d->second.marks.first_bad(fault);
}

std::optional<breaker_finding> monitor::breaker(std::string_view institution, time_point now) const {
  auto const d = drills_.find(institution);
  if (d == drills_.end()) return std::nullopt;
  return d->second.breaker.finding(now);
}

}  // namespace vendaval::monitor
