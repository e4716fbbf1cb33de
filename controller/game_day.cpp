#include "controller/game_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "controller/run_webhooks.hpp"

namespace vendaval::controller {
namespace {

using monitor::mark;

auto key_of(traffic_slot const& s) { return std::tie(s.at, s.counts.institution, s.counts.what); }

observation::armed const* find(std::vector<observation::armed> const& armed, std::string_view label) {
  auto const found = std::ranges::find(armed, label, &observation::armed::label);
  return found == armed.end() ? nullptr : &*found;
}

/// Something that an assertion asks for is under way and may still come.
bool still_to_come(measure what, monitor::ledger const& at) {
  auto const pending = [&](mark begun, mark done) { return at[begun] && !at[done]; };
  switch (what) {
    case measure::recovery: return pending(mark::lifted, mark::rate_recovered);
    case measure::breaker_closed: return pending(mark::breaker_opened, mark::breaker_closed);
    case measure::alert_cleared: return pending(mark::firing, mark::alert_cleared);
    case measure::incident_resolved: return pending(mark::written, mark::incident_resolved);
    default: return false;
  }
}

}  // namespace

game_day::game_day(scenario played, run_identity run, game_day_settings settings, time_point now)
    : scenario_(std::move(played)), settings_(settings), created_(now), last_(now) {
  record_.run = std::move(run);
}

std::vector<command> game_day::step(observation const& seen, time_point now) {
  commands_out out;
  if (stage_ == stage::done) return out;
  now = last_ = std::max(now, last_);
  take(seen, now);
  if (stage_ == stage::preparing) begin_or_wait(seen, now, out);
  switch (stage_) {
    case stage::running: run(seen, now, out); break;
    case stage::settling: settle(seen, now, out); break;
    case stage::clearing: clear_up(seen, now, out); break;
    case stage::preparing:
    case stage::done: break;
  }
  return out;
}

std::vector<command> game_day::abort(std::string reason, time_point now) {
  commands_out out;
  if (stage_ != stage::done && !ending_) end(ending::aborted, std::move(reason), std::max(now, last_), out);
  return out;
}

std::vector<std::string> game_day::phases_now() const {
  std::vector<std::string> result;
  for (auto const& p : record_.phases)
    if (!p.ended) result.push_back(p.name);
  return result;
}

std::vector<check> game_day::checks_now() const {
  if (verdict_) return verdict_->hypotheses;
  std::vector<check> result;
  for (auto const when : {moment::before, moment::during, moment::after})
    std::ranges::move(judge_hypotheses(scenario_, record_, when), std::back_inserter(result));
  return result;
}

milliseconds game_day::offset(time_point t) const {
  return std::chrono::floor<milliseconds>(t - started_.value_or(created_));
}

void game_day::take(observation const& seen, time_point now) {
  if (!started_) return;
  record_.ended = offset(now);
  record_.breaker = seen.breaker;
  record_.notices = seen.notices;
  record_.writes = seen.writes;
  record_.exchanges_lost = seen.exchanges_lost;
  record_.instants = {};
  for (std::size_t i = 0; i < monitor::mark_count; ++i)
    if (auto const at = seen.instants.at[i]) record_.instants.at[i] = time_point(offset(*at));
  for (std::size_t i = 0; i < record_.phases.size(); ++i)
    for (auto const& f : scenario_.phases[i].faults)
      if (auto const at = seen.first_bad.find(f.label); at != seen.first_bad.end()) {
        auto& first = record_.phases[i].first_bad;
        first = std::min(first.value_or(milliseconds::max()), offset(at->second));
      }
  take_traffic(seen.traffic);
  take_webhooks(seen, now);
}

/// What is new of them belongs to the moment in which it is seen.
void game_day::take_webhooks(observation const& seen, time_point now) {
  if (!seen.webhooks) return;
  if (!record_.webhooks) record_.webhooks.emplace();
  auto const faulty = [](phase_record const& p) { return p.faulty; };
  bool const begun = std::ranges::any_of(record_.phases, faulty);
  auto const when = !begun ? moment::before : offset(now) < scenario_.last_fault() ? moment::during : moment::after;
  add_fresh(*record_.webhooks, webhooks_seen_, *seen.webhooks, when, scenario_.target);
}

void game_day::take_traffic(std::vector<observation::second> const& seconds) {
  for (auto const& second : seconds) {
    if (second.from + 1s <= *started_) continue;
    traffic_slot slot{offset(second.from), second.counts};
    auto const place = std::ranges::lower_bound(record_.traffic, key_of(slot), {}, key_of);
    if (place != record_.traffic.end() && key_of(*place) == key_of(slot))
      *place = std::move(slot);
    else
      record_.traffic.insert(place, std::move(slot));
  }
}

void game_day::begin_or_wait(observation const& seen, time_point now, commands_out& out) {
  if (seen.killed) return end(ending::could_not_run, "the kill switch is latched: " + *seen.killed, now, out);
  if (seen.not_ready) {
    if (now - created_ >= settings_.ready_within) end(ending::could_not_run, "not ready: " + *seen.not_ready, now, out);
    return;
  }
  started_ = now;
  stage_ = stage::running;
  note(fmt::format("run {} of {} begins, target {}, seed {}", record_.run.id, scenario_.name, scenario_.target,
                   record_.run.seed),
       now, out);
}

void game_day::run(observation const& seen, time_point now, commands_out& out) {
  if (interfered(seen, now, out)) return;
  auto const at = offset(now);
  if (auto why = stop_reason(scenario_, record_, at)) return end(ending::stopped, std::move(*why), now, out);
  if (!checked_before_ && at >= scenario_.first_fault() && !healthy_before(now, out)) return;
  if (!turn_phases(now, out)) return;
  reconcile(seen, now, out);
  if (at < scenario_.length()) return;
  stage_ = stage::settling;
  note("the last phase is over; waiting for everything to be well", now, out);
}

bool game_day::healthy_before(time_point now, commands_out& out) {
  checked_before_ = true;
  for (auto const& c : judge_hypotheses(scenario_, record_, moment::before)) {
    if (c.ok) continue;
    end(ending::unhealthy_before,
        fmt::format("not well before the first fault, so nothing was broken: {}: {}", c.name, c.sentence), now, out);
    return false;
  }
  note("every hypothesis holds before the first fault", now, out);
  return true;
}

/// Phases are kept in order of their beginning, so record_.phases[i] is about scenario_.phases[i].
bool game_day::turn_phases(time_point now, commands_out& out) {
  auto const at = offset(now);
  for (std::size_t i = 0; i < record_.phases.size(); ++i) {
    if (record_.phases[i].ended || at < scenario_.phases[i].to()) continue;
    record_.phases[i].ended = at;
    note(fmt::format("phase {} ends", record_.phases[i].name), now, out);
  }
  while (record_.phases.size() < scenario_.phases.size()) {
    auto const& next = scenario_.phases[record_.phases.size()];
    if (at < next.from) break;
    if (at >= next.to()) {
      end(ending::aborted,
          fmt::format("phase {} was missed: nobody stepped the run for longer than it lasts", next.name), now, out);
      return false;
    }
    record_.phases.push_back({next.name, next.target, !next.faults.empty(), at, std::nullopt});
    note(fmt::format("phase {} begins, {}", next.name,
                     next.faults.empty() ? "nothing is broken" : fmt::format("{} is broken", next.target)),
         now, out);
  }
  return true;
}

std::vector<faults::fault_template> game_day::wanted() const {
  std::vector<faults::fault_template> result;
  if (stage_ != stage::running) return result;
  for (std::size_t i = 0; i < record_.phases.size(); ++i)
    if (!record_.phases[i].ended) std::ranges::copy(scenario_.phases[i].faults, std::back_inserter(result));
  return result;
}

/// Somebody or something else took our faults away, or will not let us arm them: the run is over. It never arms again
/// what was taken from it.
bool game_day::interfered(observation const& seen, time_point now, commands_out& out) {
  auto const stop = [&](ending how, std::string why) {
    end(how, std::move(why), now, out);
    return true;
  };
  if (seen.killed) return stop(ending::aborted, "the kill switch was used: " + *seen.killed);
  for (auto const& w : wanted()) {
    bool const there = find(seen.faults, w.label) != nullptr;
    if (there) {
      armed_once_.insert(w.label);
      continue;
    }
    if (armed_once_.contains(w.label))
      return stop(ending::aborted,
                  fmt::format("{} is no longer armed: it was cleared from outside, or its lease ran out", w.label));
    auto const asked = asked_.find(w.label);
    if (asked == asked_.end()) continue;
    if (seen.refused)
      return stop(ending::could_not_run, fmt::format("{} could not be armed: {}", w.label, *seen.refused));
    if (now - asked->second > settings_.arm_within)
      return stop(ending::could_not_run,
                  fmt::format("{} was not armed within {}", w.label, show(settings_.arm_within)));
  }
  return false;
}

void game_day::reconcile(observation const& seen, time_point now, commands_out& out) {
  auto const want = wanted();
  commands::clear clear;
  commands::renew renew{{}, settings_.lease};
  for (auto const& f : seen.faults) {
    bool const keep = std::ranges::find(want, f.label, &faults::fault_template::label) != want.end();
    if (!keep)
      clear.ids.push_back(f.id);
    else if (f.expires - now < settings_.lease / 2)
      renew.ids.push_back(f.id);
  }
  if (!clear.ids.empty()) out.emplace_back(std::move(clear));
  if (!renew.ids.empty()) out.emplace_back(std::move(renew));
  for (auto const& w : want) {
    if (find(seen.faults, w.label)) continue;
    asked_.emplace(w.label, now);
    out.emplace_back(commands::arm{w, settings_.lease});
  }
}

void game_day::settle(observation const& seen, time_point now, commands_out& out) {
  reconcile(seen, now, out);
  auto const since = offset(now) - std::chrono::floor<milliseconds>(scenario_.length());
  bool const waiting = std::ranges::any_of(scenario_.assertions,
                                           [&](assertion const& a) { return still_to_come(a.what, record_.instants); });
  bool const well =
      seen.faults.empty() && !seen.incident_open && !seen.breaker.open && seen.undelivered == 0 && !waiting;
  if (well && since >= settings_.delivery) return end(ending::completed, "everything is well again", now, out);
  if (since >= scenario_.settle)
    end(ending::completed, fmt::format("not everything was well after {}", vendaval::for_people(scenario_.settle)), now,
        out);
}

void game_day::clear_up(observation const& seen, time_point now, commands_out& out) {
  bool on_its_way = false;  // asked for, never seen, and still able to arrive
  for (auto const& [label, asked] : asked_)
    if (!armed_once_.contains(label) && !find(seen.faults, label) && now - asked <= settings_.arm_within)
      on_its_way = true;
  for (auto const& f : seen.faults) armed_once_.insert(f.label);
  if (seen.faults.empty() && !on_its_way) return finish(now, out);
  if (now - clearing_since_ > 2 * settings_.lease) {
    note("a fault of this run is still reported as armed; its lease will end it", now, out);
    return finish(now, out);
  }
  out.emplace_back(commands::clear_all{});
}

void game_day::end(ending how, std::string why, time_point now, commands_out& out) {
  if (ending_) return;
  ending_ = how;
  record_.end_reason = why;
  stage_ = stage::clearing;
  clearing_since_ = now;
  record_.ended = offset(now);
  for (auto& p : record_.phases)
    if (!p.ended) p.ended = record_.ended;
  out.emplace_back(commands::clear_all{});
  note(std::move(why), now, out);
}

void game_day::finish(time_point now, commands_out& out) {
  record_.end = *ending_;
  record_.ended = offset(now);
  stage_ = stage::done;
  verdict_ = judge(scenario_, record_);
  note(fmt::format("{}: {}", ruling_names[static_cast<std::size_t>(verdict_->result)], verdict_->reason), now, out);
  out.emplace_back(commands::finish{});
}

void game_day::note(std::string text, time_point now, commands_out& out) {
  record_.events.push_back({offset(now), text});
  out.emplace_back(commands::note{std::move(text)});
}

}  // namespace vendaval::controller
