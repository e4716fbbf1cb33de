#include "monitor/alerts/rule_state.hpp"

#include <algorithm>

namespace vendaval::monitor {
namespace {

/// A window in which p95 is judged also holds the calls under way that have outlasted the limit.
reading measure_latency(rule const& r, traffic const& t, std::string_view institution, time_point from, time_point to,
                        std::uint64_t least) {
  auto all = t.latencies(institution, r.about(), from, to);
  for (auto const age : t.ages(institution, r.about(), to))
    if (age > r.slow) all.add(age);
  reading out;
  out.samples = all.count();
  out.bad = all.longer_than(r.slow);
  out.good = out.samples - out.bad;
  auto const p95 = all.quantile(0.95);
  if (!p95) return out;
  out.observed = std::chrono::duration<double>(*p95).count();
  out.is = out.samples < least ? finding::insufficient : *p95 > r.slow ? finding::breached : finding::fine;
  return out;
}

reading measure_counts(rule const& r, tally const& n, std::uint64_t least) {
  reading out;
  out.samples = n.judged();
  out.good = n.good;
  out.bad = n.bad;
  auto const success = n.success(), errors = n.errors();
  if (!success || !errors) return out;
  out.observed = r.what == metric::error_rate ? errors->value : success->value;
  bool const breached = r.what == metric::success_rate ? *success < r.share
                        : r.what == metric::error_rate ? *errors > r.share
                                                       : n.good == 0;
  out.is = out.samples < least ? finding::insufficient : breached ? finding::breached : finding::fine;
  return out;
}

alert_state when_unknown(finding f) {
  return f == finding::no_data ? alert_state::no_data : alert_state::insufficient_data;
}

}  // namespace

reading measure(rule const& r, traffic const& t, std::string_view institution, time_point from, time_point to,
                std::uint64_t least_samples) {
  if (r.what == metric::latency_p95) return measure_latency(r, t, institution, from, to, least_samples);
  return measure_counts(r, t.counts(institution, r.about(), from, to), least_samples);
}

rule_state::rule_state(rule r, std::string institution) : rule_(std::move(r)), clearing_(rule_.clearing()) {
  alert_.rule = rule_.name;
  alert_.institution = std::move(institution);
  alert_.grade = rule_.grade;
}

void rule_state::follow(std::shared_ptr<baseline const> usual) {
  usual_ = std::move(usual);
  rule_.slow = usual_->latency_limit;
  rule_.clear_slow = usual_->latency_clear;
  rule_.share = percent{usual_->error_limit * 100};
  clearing_ = rule_.clearing();
}

/// Fires on the whole trailing window; `pending` is the early sign in its last tenth.
rule_state::next_state rule_state::quiet_window(traffic const& t, time_point now) {
  auto const from = std::max(now - rule_.lasts, clean_since_.value_or(time_point::min()));
  auto const whole = measure(rule_, t, alert_.institution, from, now, rule_.min_samples);
  auto const proven = [&](reading const& r) {
    return r.is == finding::breached && (!rule_.usual || chance_of(rule_, r) < no_accident);
  };
  if (proven(whole)) return {alert_state::pending, true};
  bool const unknown = whole.is == finding::no_data || whole.is == finding::insufficient;
  if (!unknown || (restored_at_ && now - *restored_at_ >= rule_.lasts)) restored_at_.reset();
  if (restored_at_) return {alert_state::masked};
  auto const tenth = measure(rule_, t, alert_.institution, std::max(from, now - rule_.lasts / 10), now, 3);
  bool const several = rule_.what == metric::latency_p95 || tenth.bad >= 3;
  if (proven(tenth) && several) return {alert_state::pending};
  return {unknown ? when_unknown(whole.is) : alert_state::ok};
}

/// Every trailing tenth has to be bad. One that holds too few calls proves nothing either way: the clock runs on.
rule_state::next_state rule_state::quiet_sustained(traffic const& t, time_point now) {
  auto const tenth = rule_.lasts / 10;
  auto const least = std::max<std::uint64_t>(1, rule_.min_samples / 10);
  auto const part = measure(rule_, t, alert_.institution, now - tenth, now, least);
  if (part.is == finding::fine) return {alert_state::ok};
  if (part.is != finding::breached && !alert_.pending_since) return {when_unknown(part.is)};
  auto const since = alert_.pending_since.value_or(now);
  auto const whole = measure(rule_, t, alert_.institution, since - tenth, now, rule_.min_samples);
  if (now - since >= rule_.lasts && whole.is == finding::breached) return {alert_state::pending, true};
  return {part.is == finding::breached ? alert_state::pending : alert_state::masked};
}

/// Not one good answer since the first bad one, which is long enough ago. Silence after it changes nothing.
rule_state::next_state rule_state::quiet_outage(traffic const& t, time_point now) {
  auto streak = t.streak(alert_.institution, rule_.about());
  if (restored_at_) {
    if (t.counts(alert_.institution, rule_.about(), *restored_at_, now).good > 0)
      restored_at_.reset();
    else
      streak = bad_streak{*alert_.first_bad, rule_.min_samples + (streak ? streak->bad : 0)};
  }
  if (streak && streak->bad >= rule_.min_samples) {
    alert_.pending_since = alert_.pending_since.value_or(now);
    alert_.first_bad = streak->since;
    if (now - streak->since >= rule_.lasts) return {alert_state::pending, true};
    auto const lately = t.counts(alert_.institution, rule_.about(), now - rule_.lasts / 2, now);
    return {lately.judged() == 0 ? alert_state::masked : alert_state::pending};
  }
  auto const whole = measure(rule_, t, alert_.institution, now - rule_.lasts, now, rule_.min_samples);
  return {whole.good > 0 ? alert_state::ok : when_unknown(whole.is)};
}

continuity rule_state::restore(alert const& before, duration gap, time_point now) {
  auto const ours = alert_;
  alert_ = before;
  alert_.rule = ours.rule;
  alert_.institution = ours.institution;
  alert_.grade = ours.grade;
  if (before.firing) return continuity::firing_goes_on;
  if (!before.pending_since) {
    alert_ = ours;
    return continuity::none;
  }
  bool const telling = rule_.what != metric::outage || before.first_bad;
  if (gap >= std::min<duration>(rule_.lasts, 5min) || !telling) {
    alert_ = ours;
    return continuity::pending_dropped;
  }
  restored_at_ = now;
  return continuity::pending_goes_on;
}

/// Looks back as far as clear_for, and further while there are too few calls to prove that it is over, but not beyond
/// the moment it fired: good answers from before the trouble would prove by silence that it has gone.
reading rule_state::clearing(traffic const& t, time_point now) {
  auto const fired = alert_.fired_at.value_or(time_point::min());
  auto const oldest = std::min(now - rule_.clear_for, std::max(fired, now - t.keep()));
  for (auto back = rule_.clear_for;; back *= 2) {
    auto const from = std::max(now - back, oldest);
    auto const r = measure(clearing_, t, alert_.institution, from, now, rule_.clear_samples);
    bool const enough = r.is == finding::fine || r.is == finding::breached;
    if (!enough && from != oldest) continue;
    if (r.is == finding::fine) clean_since_ = from;
    return r;
  }
}

rule_state::next_state rule_state::while_firing(traffic const& t, time_point now) {
  auto const proof = clearing(t, now);
  bool fine = proof.is == finding::fine;
  auto hold = rule_.keep_firing_for;
  if (rule_.what == metric::outage) {  // one good answer ends the streak, so here the good must also last
    auto const streak = t.streak(alert_.institution, rule_.about());
    fine = fine && proof.good >= rule_.clear_samples && (!streak || streak->bad < rule_.min_samples);
    hold += rule_.clear_for;
  }
  if (!fine)
    fine_since_.reset();
  else if (!fine_since_)
    fine_since_ = now;
  if (fine && now - *fine_since_ >= hold) return {alert_state::ok, false, true};
  auto const lately = measure(rule_, t, alert_.institution, now - rule_.clear_for, now, rule_.clear_samples);
  bool const told = lately.is == finding::fine || lately.is == finding::breached;
  return {told ? alert_state::firing : alert_state::masked};
}

/// Walks back from now through stretches that breach; the first bad answer of the earliest began it.
std::optional<time_point> rule_state::begin_of_spell(traffic const& t, time_point now) const {
  auto const step = std::max(rule_.lasts / 10, t.slot());
  auto const oldest = std::max(now - t.keep(), clean_since_.value_or(time_point::min()));
  std::optional<time_point> begin;
  for (auto to = now; to > oldest; to -= step) {
    auto const from = to - step;
    auto const part = measure(rule_, t, alert_.institution, from, to, 1);
    if (part.is == finding::fine) break;
    if (part.is != finding::breached) continue;
    auto const bad = t.first_bad(alert_.institution, rule_.about(), from, to);
    begin = rule_.what == metric::latency_p95 ? from : bad.value_or(from);
  }
  return begin;
}

rule_state::next_state rule_state::look(traffic const& t, time_point now) {
  bool const knows = !rule_.usual || (usual_ && (usual_->from != pool::learning || alert_.firing));
  if (!knows) return {alert_.firing ? alert_state::masked : alert_state::insufficient_data};
  if (alert_.firing) return while_firing(t, now);
  if (rule_.what == metric::outage) return quiet_outage(t, now);
  return rule_.mode == rule_mode::window ? quiet_window(t, now) : quiet_sustained(t, now);
}

std::optional<alert_change> rule_state::step(traffic const& t, time_point now) {
  auto const before = alert_.state;
  bool const was_pending = alert_.pending_since.has_value();
  auto const next = look(t, now);
  alert_.last = measure(rule_, t, alert_.institution, now - rule_.lasts, now, rule_.min_samples);
  auto what = alert_change::kind::state;
  alert_.state = next.fire ? alert_state::firing : next.state;
  if (next.fire) {
    what = alert_change::kind::fired;
    alert_.firing = true;
    alert_.fired_at = now;
    alert_.cleared_at.reset();
    alert_.pending_since = alert_.pending_since.value_or(now);
    // A spell that came over a restart began before anything that is seen now.
    if (rule_.what != metric::outage && !(restored_at_ && alert_.first_bad)) alert_.first_bad = begin_of_spell(t, now);
    restored_at_.reset();
    fine_since_.reset();
    alert_.why = std::make_shared<explanation>(explain(rule_, alert_.last, usual_.get()));
  } else if (next.clear) {
    what = alert_change::kind::cleared;
    alert_.firing = false;
    alert_.cleared_at = now;
    alert_.pending_since.reset();
    restored_at_.reset();
  } else if (!alert_.firing) {
    bool const waiting = alert_.state == alert_state::pending || alert_.state == alert_state::masked;
    if (!waiting)
      alert_.pending_since.reset();
    else if (!alert_.pending_since)
      alert_.pending_since = now;
    if (waiting && !was_pending) what = alert_change::kind::pending;
  }
  if (alert_.state == before && what == alert_change::kind::state) return std::nullopt;
  if (alert_.state != before) alert_.since = now;
  return alert_change{what, before, alert_, now};
}

}  // namespace vendaval::monitor
