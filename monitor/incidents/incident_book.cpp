#include "monitor/incidents/incident_book.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::monitor {
namespace {

bool is_open(incident const& i) {
  return i.status == incident_status::open || i.status == incident_status::investigating;
}

std::string describe(alert_change const& a, circumstances const& c) {
  auto const trouble = c.counts.main_trouble();
  auto const& r = *c.of;
  auto text = c.bank_name + ": ";
  if (r.what == metric::latency_p95)
    text += fmt::format("respostas lentas, p95 de {:.1f} s (limite {})", a.now.last.observed, show(r.slow));
  else
    text += fmt::format("{} de {} chamadas falharam", a.now.last.bad, a.now.last.samples);
  if (trouble && r.what != metric::latency_p95) text += fmt::format("; principal causa: {}", name_of(*trouble));
  return text;
}

}  // namespace

incident_book::entry* incident_book::latest(std::string_view institution) {
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e)
    if (e->of.institution == institution) return &*e;
  return nullptr;
}

incident_book::entry& incident_book::open(alert_change const& a, circumstances const& c) {
  incident i;
  i.id = uuid(dice_);
  i.number = next_++;
  i.institution = a.now.institution;
  i.type = classify(c.counts, c.of->what == metric::latency_p95);
  i.grade = a.now.grade;
  i.description = describe(a, c);
  i.started_at = a.now.first_bad.value_or(a.at);
  i.opened_at = a.at;
  i.created_by = "auto:" + a.now.rule;
  i.drill = !c.run.empty();
  i.run = c.run;
  entries_.push_back({std::move(i), {}, {}});
  return entries_.back();
}

/// The rule's channels that learn something: those not told yet, or told of something milder.
std::vector<std::string> incident_book::tell(entry& e, rule const& r) {
  std::vector<std::string> news;
  for (auto const& channel : r.channels) {
    auto const known = e.told.find(channel);
    if (known != e.told.end() && known->second >= r.grade) continue;
    e.told[channel] = r.grade;
    news.push_back(channel);
  }
  if (news.empty()) ++e.of.suppressed;
  return news;
}

std::vector<incident_change> incident_book::fired(alert_change const& a, circumstances const& c) {
  using kind = incident_change::kind;
  auto* e = latest(a.now.institution);
  auto what = kind::updated;
  bool const resolved = e && !is_open(e->of);
  bool const flapping = resolved && e->of.resolved_at && a.at - *e->of.resolved_at < settings_.flap_hold;
  if (!e || (resolved && !flapping)) {
    e = &open(a, c);
    what = kind::opened;
  } else if (flapping) {
    what = kind::reopened;
    ++e->of.reopened;
    e->of.status = incident_status::open;
    e->of.resolved_at.reset();
    e->of.resolution_notes.clear();
  }
  auto& i = e->of;
  e->quiet_since.reset();
  i.masked = false;
  if (std::ranges::find(i.firing, a.now.rule) == i.firing.end()) i.firing.push_back(a.now.rule);
  bool const worse = a.now.grade > i.grade;
  i.grade = std::max(i.grade, a.now.grade);
  if (worse) i.description = describe(a, c);
  auto const knew = e->told;
  auto news = tell(*e, *c.of);
  std::vector<std::string> newcomers;
  for (auto const& channel : news)
    if (!knew.contains(channel)) newcomers.push_back(channel);
  // Everybody who was told that it was over has to hear, once, that it was not.
  if (what == kind::reopened && i.reopened == 1) {
    news.clear();
    for (auto const& [channel, grade] : e->told) news.push_back(channel);
  }
  return {incident_change{what, i, a.now.rule, std::move(news), std::move(newcomers), a.now.last, c.of, {}, a.at}};
}

void incident_book::cleared(alert_change const& a) {
  auto* e = latest(a.now.institution);
  if (!e || !is_open(e->of)) return;
  std::erase(e->of.firing, a.now.rule);
  if (e->of.firing.empty()) e->quiet_since = a.at;
}

void incident_book::masked(std::string const& institution, bool all_masked) {
  if (auto* e = latest(institution); e && is_open(e->of)) e->of.masked = all_masked && !e->of.firing.empty();
}

std::vector<incident_change> incident_book::tick(time_point now) {
  std::vector<incident_change> changes;
  for (auto& e : entries_) {
    if (!is_open(e.of) || !e.quiet_since) continue;
    auto const hold = e.of.reopened > 0 ? settings_.flap_hold : duration(0);
    if (now - *e.quiet_since < hold) continue;
    e.of.status = incident_status::resolved;
    e.of.resolved_at = now;
    e.of.masked = false;
    e.of.resolution_notes = fmt::format("Resolvido automaticamente: todas as regras voltaram ao normal após {}.",
                                        for_people(now - e.of.started_at));
    e.quiet_since.reset();
    std::vector<std::string> told;
    for (auto const& [channel, grade] : e.told) told.push_back(channel);
    changes.push_back({incident_change::kind::resolved, e.of, "", std::move(told), {}, {}, std::nullopt, {}, now});
  }
  return changes;
}

incident const* incident_book::open_at(std::string_view institution) const {
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e)
    if (e->of.institution == institution) return is_open(e->of) ? &e->of : nullptr;
  return nullptr;
}

incident const* incident_book::find(std::string_view id) const {
  auto const e = std::ranges::find_if(entries_, [&](entry const& x) { return x.of.id == id; });
  return e == entries_.end() ? nullptr : &e->of;
}

std::vector<std::string> incident_book::told(std::string_view id) const {
  std::vector<std::string> channels;
  auto const e = std::ranges::find_if(entries_, [&](entry const& x) { return x.of.id == id; });
  if (e == entries_.end()) return channels;
  for (auto const& [channel, grade] : e->told) channels.push_back(channel);
  return channels;
}

std::vector<incident> incident_book::all() const {
  std::vector<incident> out;
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e) out.push_back(e->of);
  return out;
}

}  // namespace vendaval::monitor
