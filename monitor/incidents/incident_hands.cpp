// What people do with an incident, what several banks have in common, and what a restart brings back.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/redact.hpp"
#include "monitor/incidents/incident_book.hpp"

namespace vendaval::monitor {
namespace {

using kind = incident_change::kind;

constexpr std::size_t longest_note = 4000, longest_name = 100;

std::string no_such(std::string_view id) { return fmt::format("there is no incident {} here", id); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  auto const from = text.find_first_not_of(blank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

/// What a person wrote, fit to be kept: no secrets, no personal numbers.
std::expected<std::string, std::string> fit(std::string_view text, std::string_view what, std::size_t longest) {
  auto const said = trimmed(text);
  if (said.empty()) return std::unexpected(fmt::format("{} is empty", what));
  if (said.size() > longest) return std::unexpected(fmt::format("{} is longer than {} bytes", what, longest));
  return redact(said);
}

incident_change changed(kind what, incident const& i, time_point at) {
  incident_change c;
  c.what = what;
  c.now = i;
  c.at = at;
  return c;
}

}  // namespace

incident_book::answer incident_book::acknowledge(std::string_view id, std::string_view who, time_point now) {
  auto const name = fit(who, "the name of who acknowledges", longest_name);
  if (!name) return std::unexpected(name.error());
  auto* e = named(id);
  if (!e) return std::unexpected(no_such(id));
  auto& i = e->of;
  if (!is_open(i)) return std::unexpected(fmt::format("{} is {} already", i.label(), name_of(i.status)));
  if (i.acknowledged_at) return std::unexpected(fmt::format("{} has it already: {}", i.acknowledged_by, i.label()));
  i.status = incident_status::investigating;
  i.acknowledged_at = now;
  i.acknowledged_by = *name;
  if (i.assigned_to.empty()) i.assigned_to = *name;
  auto c = changed(kind::acknowledged, i, now);
  for (auto const& [channel, grade] : i.told) c.channels.push_back(channel);
  return c;
}

incident_book::answer incident_book::note(std::string_view id, std::string_view who, std::string_view text,
                                          time_point now) {
  auto const name = fit(who, "the author", longest_name);
  auto const said = fit(text, "the note", longest_note);
  if (!name || !said) return std::unexpected(!name ? name.error() : said.error());
  auto* e = named(id);
  if (!e) return std::unexpected(no_such(id));
  e->of.notes.push_back({now, *name, *said});
  return changed(kind::noted, e->of, now);
}

incident_book::answer incident_book::close(std::string_view id, std::string_view who, std::string_view notes,
                                           time_point now) {
  auto const name = fit(who, "the name of who closes", longest_name);
  auto const said = fit(notes, "what it was and what was done (notes)", longest_note);
  if (!name || !said) return std::unexpected(!name ? name.error() : said.error());
  auto* e = named(id);
  if (!e) return std::unexpected(no_such(id));
  auto& i = e->of;
  // What others saw and never took back, somebody here may.
  if (is_open(i) && !i.firing.empty() && std::ranges::all_of(i.firing, by_others)) {
    i.firing.clear();
    (void)resolved(*e, now, "Resolvido à mão.");
  }
  if (is_open(i))
    return std::unexpected(fmt::format("{} is not over: {} of its rules still fire ({}). It resolves by itself",
                                       i.label(), i.firing.size(), fmt::join(i.firing, ", ")));
  if (i.status == incident_status::closed)
    return std::unexpected(fmt::format("{} is closed already, by {}", i.label(), i.closed_by));
  i.notes.push_back({now, "vendaval", i.resolution_notes});  // what the program had written there
  i.status = incident_status::closed;
  i.closed_at = now;
  i.closed_by = *name;
  i.resolution_notes = *said;
  return changed(kind::closed, i, now);
}

incident_change incident_book::open_platform(sighting const& s, std::vector<std::string> const& banks,
                                             rule const& loudest) {
  circumstances c;
  for (auto const& bank : banks)
    if (auto const* one = latest(bank); one && is_open(one->of)) c.affected += one->of.affected_users;
  auto& e = open(s, c);
  e.of.institutions = banks;
  e.of.firing = {"platform"};
  e.of.grade = std::max({s.grade, severity::high, loudest.grade});
  auto told = tell(e, {loudest, {}, nullptr}, s.at);
  told.what = kind::opened;
  told.cause.reset();  // the figures are each bank's own
  auto const id = e.of.id;
  for (auto const& bank : banks)
    if (auto* one = latest(bank); one && is_open(one->of)) one->of.part_of = id;
  return told;
}

std::vector<incident_change> incident_book::join_platform(std::vector<std::string> const& banks, rule const& loudest,
                                                          time_point at) {
  auto* e = latest(platform_institution);
  if (!e || !is_open(e->of)) return {};
  std::vector<incident_change> changes;
  bool more = false;
  for (auto const& bank : banks) {
    auto* one = latest(bank);
    if (!one || !is_open(one->of)) continue;
    if (std::ranges::find(e->of.institutions, bank) == e->of.institutions.end()) {
      e->of.institutions.push_back(bank);
      e->of.affected_users += one->of.affected_users;
      more = true;
    }
    one->of.part_of = e->of.id;
    e->of.grade = std::max(e->of.grade, one->of.grade);
  }
  e->quiet_since.reset();
  auto told = tell(*e, {loudest, {}, nullptr}, at);
  told.cause.reset();
  bool const news = !told.channels.empty();
  if (!news) --e->of.suppressed;  // asked by us, not signalled by a rule
  if (news || more) changes.push_back(std::move(told));
  return changes;
}

bool incident_book::platform_over(entry const&) const { return under_platform().empty(); }

std::vector<std::string> incident_book::under_platform() const {
  std::vector<std::string> banks;
  auto const* platform = open_platform();
  if (!platform) return banks;
  std::ranges::copy_if(platform->institutions, std::back_inserter(banks), [&](std::string const& bank) {
    auto const* one = open_at(bank);
    return one && one->part_of == platform->id;
  });
  return banks;
}

void incident_book::owes(alert const& a, rule const& r) {
  auto* e = latest(a.institution);
  if (!e || !is_open(e->of)) return;
  bool const all_know = std::ranges::all_of(r.channels, [&](std::string const& channel) {
    auto const known = e->of.told.find(channel);
    return known != e->of.told.end() && known->second >= r.grade;
  });
  if (!all_know) e->waiting.push_back({r, {}, a.why});
}

void incident_book::restore(std::vector<incident> before, time_point now) {
  for (auto& i : before) {
    next_ = std::max(next_, i.number + 1);
    bool const quiet = is_open(i) && i.firing.empty();
    entries_.push_back({std::move(i), quiet ? std::optional(now) : std::nullopt, {}, {}});
  }
}

}  // namespace vendaval::monitor
