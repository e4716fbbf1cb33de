#include "monitor/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "monitor/notify/letter.hpp"

namespace vendaval::monitor {
namespace {

bool is_bank(std::string_view id) { return id != no_institution && id != unknown_institution; }

/// An answer slower than the strictest latency rule allows is bad for a drill's ledger.
duration slow_by(std::vector<rule> const& rules) {
  auto slow = duration::max();
  for (auto const& r : rules)
    if (r.what == metric::latency_p95) slow = std::min(slow, r.slow);
  return slow;
}

}  // namespace

std::string_view institution_summary::level() const {
  if (outage) return "down";
  bool const any = std::ranges::any_of(alerts, [](alert const& a) { return a.firing; });
  if (any) return "degraded";
  return minute.counts.judged() == 0 ? "no_data" : "ok";
}

monitor::monitor(monitor_settings s)
    : settings_(std::move(s)),
      traffic_(settings_.slot),
      probes_(settings_.slot),
      book_(settings_.incidents, settings_.seed),
      ladder_(settings_.escalation),
      silences_(settings_.seed),
      dice_(settings_.seed, dice::key("notifications")) {
  for (auto const& bank : settings_.banks.all()) watch(bank.id);
}

void monitor::watch(std::string const& institution) {
  if (!is_bank(institution) || states_.contains(institution)) return;
  auto& states = states_[institution];
  for (auto const& r : settings_.rules) states.emplace_back(r, institution);
  if (settings_.probe && settings_.probed.contains(institution)) states.emplace_back(*settings_.probe, institution);
  auto how = settings_.detect;
  how.slow = std::min(how.slow, slow_by(settings_.rules));
  auto& detectors = detectors_[institution].all;
  for (auto const what : {trouble::failures, trouble::slowness})
    for (auto const where : {operation_set{}, bank_touching()}) detectors.emplace_back(what, where, how);
}

monitor::drill_state const* monitor::drill_on(std::string_view institution) const {
  auto const d = drills_.find(institution);
  return d == drills_.end() || !d->second.running ? nullptr : &d->second;
}

monitor::drill_state* monitor::drill_on(std::string_view institution) {
  return const_cast<drill_state*>(std::as_const(*this).drill_on(institution));
}

void monitor::observe(exchange const& x) {
  watch(x.institution);
  traffic_.observe(x);
  writes_.observe(x);
  if (auto* d = drill_on(x.institution)) {
    d->marks.seen(x);
    d->breaker.observe(x);
  }
}

void monitor::see(std::vector<flight> const& flights) {
  traffic_.see(flights);
  for (auto& [institution, d] : drills_)
    if (d.running) d.breaker.see(flights, institution);
}

effects monitor::tick(time_point now) {
  effects out;
  out.notifications = std::exchange(announced_, {});
  for (auto& early : later_) out.silences.insert(out.silences.end(), early.silences.begin(), early.silences.end());
  later_.clear();
  silences_.expire(now);
  sense(now, out);
  std::vector<alert_change> changes;
  for (auto& [institution, states] : states_)
    for (auto& s : states)
      if (auto change = s.step(seen_by(s.watched()), now)) changes.push_back(std::move(*change));
  group(now);
  for (auto const& c : changes) apply(c, out);
  for (auto const& [institution, states] : states_) book_.masked(institution, all_masked(institution));
  speak_for_many(now, out);
  auto const why = [&](incident const& i, rule const& r) { return withheld(&i, i.institution, r, now); };
  tell(book_.tick(now, why), out);
  escalate(now, out);
  for (auto& [institution, d] : drills_)
    if (d.running && d.armed_once) d.marks.breaker(d.breaker.finding(now));
  return out;
}

void monitor::apply(alert_change const& c, effects& out) {
  out.alerts.push_back(c);
  history_.push_back({c, {}});
  if (history_.size() > 1000) history_.pop_front();
  if (auto* d = drill_on(c.now.institution)) d->marks.seen(c);
  if (c.what == alert_change::kind::fired) {
    auto known = around(c);
    known.withheld = withheld(book_.open_at(c.now.institution), c.now.institution, *known.of, c.at);
    history_.back().withheld = known.withheld;
    tell(book_.fired(c, known), out);
  }
  if (c.what == alert_change::kind::cleared) book_.cleared(c);
}

rule const& monitor::rule_named(std::string_view name) const {
  auto const r = std::ranges::find(settings_.rules, name, &rule::name);
  return r == settings_.rules.end() ? *settings_.probe : *r;
}

circumstances monitor::around(alert_change const& c) const {
  circumstances around;
  around.bank_name = settings_.banks.name_of(c.now.institution);
  auto const& r = rule_named(c.now.rule);
  around.of = r;
  around.counts = seen_by(r).counts(c.now.institution, r.about(), c.at - r.lasts, c.at);
  if (auto const* d = drill_on(c.now.institution); d && d->armed_once) around.run = d->of.run;
  auto const known = settings_.affected.find(c.now.institution);
  if (known != settings_.affected.end()) around.affected = known->second;
  return around;
}

std::string monitor::shown_name(incident const& i) const {
  if (i.institution != platform_institution) return std::string(settings_.banks.name_of(i.institution));
  std::string names;
  for (auto const& bank : i.institutions)
    names += (names.empty() ? "" : ", ") + std::string(settings_.banks.name_of(bank));
  return "Plataforma (" + names + ")";
}

monitor::answer monitor::by_hand(incident_book::answer change) {
  if (!change) return std::unexpected(std::move(change.error()));
  effects out;
  tell({std::move(*change)}, out);
  return out;
}

monitor::answer monitor::acknowledge(std::string_view id, std::string_view who, time_point now) {
  return by_hand(book_.acknowledge(id, who, now));
}

monitor::answer monitor::note(std::string_view id, std::string_view who, std::string_view text, time_point now) {
  return by_hand(book_.note(id, who, text, now));
}

monitor::answer monitor::close(std::string_view id, std::string_view who, std::string_view notes, time_point now) {
  return by_hand(book_.close(id, who, notes, now));
}

bool monitor::all_masked(std::string const& institution) const {
  bool any = false;
  for (auto const& s : states_.at(institution)) {
    if (!s.view().firing) continue;
    any = true;
    if (s.view().state != alert_state::masked) return false;
  }
  return any;
}

void monitor::escalate(time_point now, effects& out) {
  using kind = incident_change::kind;
  std::vector<incident> open;
  for (auto& i : book_.all())
    if (is_open(i) && i.alerted_at && !silenced(i, now)) open.push_back(std::move(i));
  std::vector<incident_change> changes;
  for (auto& call : ladder_.due(open, now)) {
    incident_change c;
    c.what = call.reminder ? kind::reminded : kind::escalated;
    c.channels = std::move(call.channels);
    if (call.reminder)
      for (auto const& [channel, grade] : call.about.told) c.channels.push_back(channel);
    c.now = std::move(call.about);
    c.step = std::move(call.name);
    c.at = now;
    changes.push_back(std::move(c));
  }
  tell(std::move(changes), out);
}

/// The channels' names in the outbox: one per receiver.
std::vector<std::string> monitor::lanes(std::vector<std::string> const& channels) const {
  std::vector<std::string> all;
  for (auto const& name : channels) {
    auto const several = settings_.lanes.find(name);
    if (several == settings_.lanes.end())
      all.push_back(name);
    else
      all.insert(all.end(), several->second.begin(), several->second.end());
  }
  return all;
}

void monitor::tell(std::vector<incident_change> changes, effects& out) {
  using kind = incident_change::kind;
  for (auto& c : changes) {
    for (auto const& channel : c.channels) {
      // To whom it is news, an incident that got worse is a new one.
      bool const first = c.what == kind::updated && std::ranges::find(c.newcomers, channel) != c.newcomers.end();
      auto said = c;
      if (first) said.what = kind::opened;
      write(said, channel, out);
    }
    if (c.what == kind::resolved)
      if (auto* d = drill_on(c.now.institution)) d->marks.resolved(c.at);
    out.incidents.push_back(std::move(c));
  }
}

void monitor::write(incident_change const& c, std::string const& channel, effects& out) {
  auto const& i = c.now;
  auto const says = compose(c, {settings_.time, shown_name(i), settings_.link});
  auto const why = c.step.empty() ? name_of(i.grade) : std::string_view(c.step);
  for (auto const& lane : lanes({channel})) {
    auto const print = fmt::format("{}/{}/{}/{}/{}/{}", i.institution, i.id, i.reopened, lane, name_of(says.kind), why);
    notification n{uuid(dice_), i.id, lane, says.kind, says.text, to_json(says), print, i.drill, c.at};
    letters_[n.id] = {i.institution};
    ++created_;
    out.notifications.push_back(std::move(n));
  }
}

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
    announced_.push_back({uuid(dice_), {}, lane, says.kind, says.text, to_json(says), print, true, now});
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
  auto ended = silences_.run_ended(d->of.run, now);
  if (ended.empty()) return;
  later_.emplace_back();
  later_.back().silences = std::move(ended);
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

std::vector<alert> monitor::alerts() const {
  std::vector<alert> all;
  for (auto const& [institution, states] : states_)
    for (auto const& s : states) all.push_back(s.view());
  return all;
}

std::vector<institution_summary> monitor::summaries(time_point now) const {
  std::vector<institution_summary> all;
  for (auto const& [id, states] : states_) {
    institution_summary s;
    s.id = id;
    s.name = settings_.banks.name_of(id);
    s.minute = traffic_.window(id, {}, now - 60s, now);
    s.success = s.minute.counts.success();
    s.attributable = s.minute.counts.attributable_success();
    auto with_ages = s.minute.latencies;
    auto const finished = with_ages.quantile(0.95).value_or(duration(0));
    for (auto const age : traffic_.ages(id, {}, now))
      if (age > finished) with_ages.add(age);
    s.p50 = with_ages.quantile(0.5);
    s.p95 = with_ages.quantile(0.95);
    for (auto const& state : states) {
      s.alerts.push_back(state.view());
      s.outage |= state.view().firing && state.watched().what == metric::outage;
    }
    if (auto const* i = book_.open_at(id)) s.open = *i;
    if (auto const* d = drill_on(id)) s.run = d->of.run;
    all.push_back(std::move(s));
  }
  return all;
}

metrics_snapshot monitor::metrics(time_point now) const {
  metrics_snapshot m;
  m.series = traffic_.since_start();
  m.alerts = alerts();
  for (auto const& [id, states] : states_) {
    bool const down = std::ranges::any_of(
        states, [](rule_state const& s) { return s.view().firing && s.watched().what == metric::outage; });
    m.institutions.push_back({id, traffic_.flying(id, {}, now), !down});
  }
  for (auto const& [id, d] : drills_) {
    if (!d.running) continue;
    m.breakers.emplace_back(id, d.breaker.finding(now));
    m.runs.push_back(d.of.run);
  }
  m.writes = writes_.all();
  m.notifications_created = created_;
  m.notifications_accepted = accepted_;
  for (auto const& i : book_.all()) m.signals_suppressed += i.suppressed;
  return m;
}

}  // namespace vendaval::monitor
