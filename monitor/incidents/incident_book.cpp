#include "monitor/incidents/incident_book.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/decimal_comma.hpp"

namespace vendaval::monitor {
namespace {

using kind = incident_change::kind;

constexpr std::size_t remembered = 1000;  // incidents kept in memory; the database keeps all

std::string describe(alert_change const& a, circumstances const& c) {
  auto const trouble = c.counts.main_trouble();
  auto const& r = *c.of;
  auto text = c.bank_name + ": ";
  if (r.what == metric::latency_p95)
    text += fmt::format("respostas lentas, p95 de {:.1f} s (limite {})", a.now.last.observed, show(r.slow));
  else
    text += fmt::format("{} de {} chamadas falharam", a.now.last.bad, a.now.last.samples);
  if (trouble && r.what != metric::latency_p95) text += fmt::format("; principal causa: {}", cause_of(*trouble));
  return decimal_comma(std::move(text));
}

sighting seen_by_rule(alert_change const& a, circumstances const& c) {
  sighting s;
  s.institution = a.now.institution;
  s.by = "rule " + a.now.rule;
  s.grade = a.now.grade;
  s.type = classify(c.counts, c.of->what == metric::latency_p95);
  s.description = describe(a, c);
  s.started = a.now.first_bad.value_or(a.at);
  s.at = a.at;
  return s;
}

bool by_detector(std::string const& firing) { return firing.starts_with("detector"); }
/// Nobody is told by these alone.
bool silent(std::string const& firing) { return by_detector(firing) || by_others(firing); }

incident_change changed(kind what, incident const& i, std::vector<std::string> channels, time_point at) {
  incident_change c;
  c.what = what;
  c.now = i;
  c.channels = std::move(channels);
  c.at = at;
  return c;
}

std::vector<std::string> names_of(std::map<std::string, severity> const& told) {
  std::vector<std::string> names;
  for (auto const& [channel, grade] : told) names.push_back(channel);
  return names;
}

}  // namespace

incident_book::entry* incident_book::latest(std::string_view institution) {
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e)
    if (e->of.institution == institution) return &*e;
  return nullptr;
}

incident_book::entry& incident_book::open(sighting const& s, circumstances const& c) {
  incident i;
  i.id = uuid(dice_);
  i.number = next_++;
  i.institution = s.institution;
  i.type = s.type;
  i.grade = s.grade;
  i.description = s.description;
  i.started_at = s.started;
  i.opened_at = s.at;
  i.detected_by = s.by;
  i.affected_users = c.affected;
  i.created_by = "auto:" + (s.by.starts_with("rule ") ? s.by.substr(5) : s.by.substr(0, s.by.find(' ')));
  i.drill = !c.run.empty();
  i.run = c.run;
  if (entries_.size() >= remembered) {
    auto const old = std::ranges::find_if(entries_, [](entry const& e) { return !is_open(e.of); });
    if (old != entries_.end()) entries_.erase(old);
  }
  entries_.push_back({std::move(i), {}, {}, {}});
  return entries_.back();
}

/// Whoever learns something: channels of the rule that were not told yet, or told of something milder, and all who
/// were told that it was over. What they are told is how bad the incident is, which may be worse than this rule says.
incident_change incident_book::tell(entry& e, unsaid const& said, time_point at) {
  auto& i = e.of;
  auto const& r = said.by;
  std::vector<std::string> news, newcomers;
  for (auto const& channel : r.channels) {
    auto const known = i.told.find(channel);
    if (known != i.told.end() && known->second >= r.grade) continue;
    bool const knew = std::ranges::find(e.think_it_over, channel) != e.think_it_over.end();
    if (known == i.told.end() && !knew) newcomers.push_back(channel);
    i.told[channel] = std::max(r.grade, i.grade);
    news.push_back(channel);
  }
  bool const again = !e.think_it_over.empty();
  for (auto& channel : std::exchange(e.think_it_over, {}))
    if (i.told.try_emplace(channel, i.grade).second) news.push_back(std::move(channel));
  if (news.empty()) ++i.suppressed;
  bool const first = !i.alerted_at && !news.empty();
  if (first) i.alerted_at = at;
  if (!i.told_at && !news.empty()) i.told_at = at;
  auto const what = first ? kind::opened : again ? kind::reopened : kind::updated;
  auto c = changed(what, i, std::move(news), at);
  c.newcomers = std::move(newcomers);
  c.because = r.name;
  c.figures = said.figures;
  c.why = said.why;
  if (said.figures.samples != 0) c.cause = r;  // after a restart there are no figures to tell
  return c;
}

/// Who was told that it was over has to hear that it was not, and all of it anew.
void incident_book::reopen(entry& e) {
  auto& i = e.of;
  ++i.reopened;
  i.status = incident_status::open;
  i.resolved_at.reset();
  i.closed_at.reset();
  i.acknowledged_at.reset();
  i.acknowledged_by.clear();
  i.resolution_notes.clear();
  i.told_at.reset();
  i.climbed.clear();
  i.reminders = 0;
  for (auto& [channel, grade] : std::exchange(i.told, {})) e.think_it_over.push_back(channel);
}

bool incident_book::flaps(entry const& e, circumstances const& c, time_point at) const {
  return !is_open(e.of) && e.of.resolved_at && at - *e.of.resolved_at < settings_.flap_hold && e.of.run == c.run;
}

std::vector<incident_change> incident_book::fired(alert_change const& a, circumstances const& c) {
  auto* e = latest(a.now.institution);
  bool const flapping = e && flaps(*e, c, a.at);
  bool const fresh = !e || (!is_open(e->of) && !flapping);
  auto const seen = seen_by_rule(a, c);
  if (fresh) e = &open(seen, c);
  auto& i = e->of;
  if (flapping) reopen(*e);
  e->quiet_since.reset();
  i.masked = false;
  std::erase_if(i.firing, by_detector);  // the rules have spoken: they say when it is over
  if (std::ranges::find(i.firing, a.now.rule) == i.firing.end()) i.firing.push_back(a.now.rule);
  if (a.now.grade > i.grade || !i.alerted_at) i.description = seen.description, i.type = seen.type;
  i.grade = std::max(i.grade, a.now.grade);
  if (a.now.why) i.notes.push_back({a.at, "vendaval", fmt::format("{}: {}", a.now.rule, a.now.why->sentence)});
  if (!c.withheld.empty()) {
    e->waiting.push_back({*c.of, a.now.last, a.now.why});
    i.notes.push_back(
        {a.at, "vendaval",
         fmt::format("aviso de {} a {} retido: {}", a.now.rule, fmt::join(c.of->channels, ", "), c.withheld)});
    auto silent = changed(fresh ? kind::detected : kind::noted, i, {}, a.at);
    silent.because = a.now.rule;
    return {std::move(silent)};
  }
  auto told = tell(*e, {*c.of, a.now.last, a.now.why}, a.at);
  if (fresh) told.what = kind::opened;
  return {std::move(told)};
}

std::vector<incident_change> incident_book::detected(sighting const& s, circumstances const& c) {
  auto* e = latest(s.institution);
  if (e && is_open(e->of)) {
    auto& firing = e->of.firing;
    bool const known = std::ranges::find(firing, s.by) != firing.end();
    if (known || !std::ranges::all_of(firing, silent)) return {};  // else a rule says when it is over
    firing.push_back(s.by);
    e->quiet_since.reset();
    e->of.notes.push_back({s.at, "vendaval", s.by + ": " + s.description});
    return {changed(kind::noted, e->of, {}, s.at)};
  }
  // A detector looks back beyond the end of the trouble that is over.
  if (e && by_detector(s.by) && e->of.resolved_at && s.started <= *e->of.resolved_at) return {};
  if (e && flaps(*e, c, s.at))
    reopen(*e);
  else
    e = &open(s, c);
  e->quiet_since.reset();
  e->of.firing = {s.by};
  return {changed(kind::detected, e->of, {}, s.at)};
}

std::vector<incident_change> incident_book::outlives_drill(std::span<std::pair<rule, alert> const> firing,
                                                           circumstances const& c, time_point began, time_point now) {
  auto* old = latest(firing.front().second.institution);
  if (!old || !is_open(old->of) || !old->of.drill) return {};
  auto const was = old->of;
  sighting const s{was.institution,
                   "rule " + firing.front().first.name,
                   firing.front().first.grade,
                   was.type,
                   was.description,
                   began,
                   now};
  auto& e = open(s, c);
  for (auto const& [r, a] : firing) {
    e.of.firing.push_back(r.name);
    e.of.grade = std::max(e.of.grade, r.grade);
    e.waiting.push_back({r, a.last, a.why});  // told with the next tick, unless something keeps it back
  }
  old = named(was.id);  // where it is now
  old->of.firing.clear();
  old->waiting.clear();
  std::vector<incident_change> changes{changed(kind::detected, e.of, {}, now)};
  changes.push_back(
      resolved(*old, now, fmt::format("O exercício terminou e o banco continua a falhar: segue em {}.", e.of.label())));
  return changes;
}

incident incident_book::reminded(std::string_view id, unsigned reminders) {
  auto& i = named(id)->of;
  i.reminders = reminders;
  return i;
}

incident incident_book::called(std::string_view id, std::string const& step, std::vector<std::string> const& channels) {
  auto& i = named(id)->of;
  i.climbed.push_back(step);
  for (auto const& channel : channels) {
    auto& grade = i.told.try_emplace(channel, i.grade).first->second;
    grade = std::max(grade, i.grade);
  }
  return i;
}

void incident_book::cleared(std::string_view institution, std::string_view by, time_point at) {
  auto* e = latest(institution);
  if (!e || !is_open(e->of) || e->of.firing.empty()) return;
  std::erase(e->of.firing, by);
  if (e->of.firing.empty()) e->quiet_since = at;
}

void incident_book::masked(std::string const& institution, bool all_masked) {
  if (auto* e = latest(institution); e && is_open(e->of)) e->of.masked = all_masked && !e->of.firing.empty();
}

void incident_book::release(entry& e, time_point now, withholding const& why, std::vector<incident_change>& changes) {
  auto waiting = std::exchange(e.waiting, {});
  for (auto& w : waiting) {
    if (std::ranges::find(e.of.firing, w.by.name) == e.of.firing.end()) continue;  // over before it could be told
    if (why && !why(e.of, w.by).empty())
      e.waiting.push_back(std::move(w));
    else
      changes.push_back(tell(e, w, now));
  }
}

void incident_book::resolve(entry& e, time_point now, std::vector<incident_change>& changes) {
  auto const hold = e.of.reopened > 0 ? settings_.flap_hold : duration(0);
  if (!e.quiet_since || now - *e.quiet_since < hold) return;
  auto const what = e.of.institution == platform_institution ? "todos os bancos" : "todas as regras";
  changes.push_back(resolved(e, now,
                             fmt::format("Resolvido automaticamente: {} voltaram ao normal após {}.", what,
                                         decimal_comma(for_people(now - e.of.started_at)))));
}

incident_change incident_book::resolved(entry& e, time_point now, std::string notes) {
  auto& i = e.of;
  i.status = incident_status::resolved;
  i.resolved_at = now;
  i.masked = false;
  i.resolution_notes = std::move(notes);
  e.quiet_since.reset();
  e.waiting.clear();
  return changed(kind::resolved, i, names_of(i.told), now);
}

std::vector<incident_change> incident_book::tick(time_point now, withholding const& why) {
  std::vector<incident_change> changes;
  for (auto& e : entries_)
    if (is_open(e.of) && e.of.institution != platform_institution) {
      if (!e.waiting.empty()) release(e, now, why, changes);
      resolve(e, now, changes);
    }
  if (auto* e = latest(platform_institution); e && is_open(e->of)) {
    if (platform_over(*e) && !e->quiet_since) e->quiet_since = now;
    resolve(*e, now, changes);
  }
  return changes;
}

incident const* incident_book::open_at(std::string_view institution) const {
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e)
    if (e->of.institution == institution) return is_open(e->of) ? &e->of : nullptr;
  return nullptr;
}

incident_book::entry* incident_book::named(std::string_view id) {
  auto const e = std::ranges::find_if(entries_, [&](entry const& x) { return x.of.id == id || x.of.label() == id; });
  return e == entries_.end() ? nullptr : &*e;
}

incident const* incident_book::find(std::string_view id) const {
  auto const* e = const_cast<incident_book*>(this)->named(id);
  return e ? &e->of : nullptr;
}

std::vector<incident> incident_book::all_open() const {
  std::vector<incident> out;
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e)
    if (is_open(e->of)) out.push_back(e->of);
  return out;
}

std::vector<incident> incident_book::all() const {
  std::vector<incident> out;
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e) out.push_back(e->of);
  return out;
}

}  // namespace vendaval::monitor
