// Game days as the monitor follows them: the ledger, the breaker, and who hears of them.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

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
  drills_.emplace(
      institution,
      drill_state{std::move(d), std::move(marks), breaker_observer(now, settings_.breaker), true, false, {}});
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
  d->ended_at = now;
  for (auto& ended : silences_.run_ended(d->of.run, now)) early_.silences.push_back(std::move(ended));
}

/// The run that was on this bank when most of these failures were made; empty when they are the bank's own.
std::string monitor::drill_behind(std::string_view institution, tally const& lately, duration over,
                                  time_point at) const {
  auto const d = drills_.find(institution);
  if (d == drills_.end() || !d->second.armed_once) return {};
  if (d->second.running) return d->second.of.run;
  auto const ours = std::accumulate(lately.injected.begin(), lately.injected.end(), 0u);
  bool const recent = at - d->second.ended_at < over;
  return recent && 2 * ours >= std::max(1u, lately.bad) ? d->second.of.run : std::string();
}

/// Trouble that is not ours, in so long after a drill as proves the opposite when all is well.
bool monitor::fails_by_itself(rule_state const& s, time_point ended, time_point now) const {
  auto const& r = s.watched();
  auto const& seen = seen_by(r);
  if (!s.view().firing || now - ended < r.clear_for) return false;
  auto const from = std::max(ended, now - r.clear_for);
  auto const& bank = s.view().institution;
  // Calls that were held when it ended are slow, and over soon.
  if (r.what == metric::latency_p95)
    return measure(r, seen, bank, std::max(from, ended + r.clear_for / 4), now, r.clear_samples).is ==
           finding::breached;
  auto const n = seen.counts(bank, r.about(), from, now);
  if (n.genuine_bad() < r.clear_samples) return false;
  auto const share = 100.0 * n.genuine_bad() / n.judged();
  switch (r.what) {
    case metric::success_rate: return share > 100 - r.share.value;
    case metric::error_rate: return share > r.share.value;
    default: return n.good == 0;
  }
}

/// The exercise is over and the bank is not well: from now on it is no exercise.
void monitor::leave_drills(time_point now, effects& out) {
  for (auto const& [institution, d] : drills_) {
    auto const* i = book_.open_at(institution);
    if (d.running || !i || i->run != d.of.run) continue;
    std::vector<std::pair<rule, alert>> firing;
    for (auto const& s : states_.at(institution))
      if (fails_by_itself(s, d.ended_at, now)) firing.emplace_back(s.watched(), s.view());
    if (firing.empty()) continue;
    std::ranges::sort(firing, std::ranges::greater(), [](auto const& f) { return f.first.grade; });
    auto const began = traffic_.first_bad(institution, {}, d.ended_at, now).value_or(d.ended_at);
    tell(book_.outlives_drill(firing, around(institution), began, now), out);
  }
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
