#include "monitor/monitor.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "monitor/alerts/slow_by.hpp"

namespace vendaval::monitor {
namespace {

bool is_bank(std::string_view id) { return id != no_institution && id != unknown_institution; }

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
  auto& detectors = detectors_[institution];
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
  api_errors_.observe(x);
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
  auto out = std::exchange(early_, {});
  silences_.expire(now);
  sense(now, out);
  // What fires at once is told once: the worst first, of which the others are duplicates.
  std::multimap<severity, alert_change, std::greater<>> changes;
  for (auto& [institution, states] : states_)
    for (auto& s : states)
      if (auto change = s.step(seen_by(s.watched()), now)) changes.emplace(change->now.grade, std::move(*change));
  group(now);
  for (auto const& [grade, c] : changes) apply(c, out);
  for (auto const& [institution, states] : states_) book_.masked(institution, all_masked(institution));
  speak_for_many(now, out);
  leave_drills(now, out);
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

void monitor::follow(std::string_view institution, std::string_view rule, baseline usual) {
  auto const bank = states_.find(institution);
  if (bank == states_.end()) return;
  auto const shared = std::make_shared<baseline const>(std::move(usual));
  for (auto& s : bank->second)
    if (s.watched().usual && s.watched().name == rule) s.follow(shared);
}

rule_state const& monitor::state_of(alert const& a) const {
  auto const& states = states_.find(a.institution)->second;
  return *std::ranges::find(states, a.rule, [](rule_state const& s) { return s.watched().name; });
}

circumstances monitor::around(std::string_view institution) const {
  circumstances around;
  around.bank_name = settings_.banks.name_of(institution);
  around.run = drill_behind(institution, {}, duration(0), {});
  around.affected = settings_.links.of(institution);
  return around;
}

circumstances monitor::around(alert_change const& c) const {
  auto here = around(c.now.institution);
  auto const& r = state_of(c.now).watched();
  here.of = r;
  here.counts = seen_by(r).counts(c.now.institution, r.about(), c.at - r.lasts, c.at);
  here.run = drill_behind(c.now.institution, here.counts, r.lasts, c.at);
  return here;
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
    if (std::ranges::find(m.runs, d.of.run) == m.runs.end()) m.runs.push_back(d.of.run);  // of several banks
  }
  m.writes = writes_.all();
  m.api_errors = api_errors_.all();
  m.notifications_created = created_;
  m.notifications_accepted = accepted_;
  for (auto const& i : book_.all()) m.signals_suppressed += i.suppressed;
  return m;
}

}  // namespace vendaval::monitor
