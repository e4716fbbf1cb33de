// Changes of incidents become letters: who is told, in which lane, under which key.
#include <fmt/format.h>

#include <algorithm>

#include "monitor/monitor.hpp"
#include "monitor/notify/letter.hpp"

namespace vendaval::monitor {

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

void monitor::escalate(time_point now, effects& out) {
  using kind = incident_change::kind;
  auto open = book_.all_open();
  std::erase_if(open, [&](incident const& i) { return silenced(i, now); });
  std::vector<incident_change> changes;
  for (auto& call : ladder_.due(open, now)) {
    incident_change c;
    c.what = call.reminder ? kind::reminded : kind::escalated;
    c.channels = std::move(call.channels);
    if (call.reminder)
      for (auto const& [channel, grade] : call.about.told) c.channels.push_back(channel);
    c.now = call.reminder ? book_.reminded(call.about.id, call.reminder)
                          : book_.called(call.about.id, call.name, c.channels);
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

}  // namespace vendaval::monitor
