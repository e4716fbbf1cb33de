#include "monitor/io/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <map>

#include "sql/text.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

constexpr std::string_view alive_key = "alive", alert_prefix = "alert/", silence_prefix = "silence/";

json::value when(std::optional<time_point> t, timeline const& calendar) {
  if (!t) return nullptr;
  return json::value(iso8601(calendar.at(*t)));
}
std::optional<wall_time> wall(std::optional<time_point> t, timeline const& calendar) {
  return t ? std::optional(calendar.at(*t)) : std::nullopt;
}
std::optional<time_point> steady(std::optional<wall_time> t, timeline const& calendar) {
  return t ? std::optional(calendar.at(*t)) : std::nullopt;
}

/// Members of an object that may lack them, or hold something else: a later version may have written it.
class members {
 public:
  members(json::object const& of, timeline const& calendar) : of_(of), calendar_(calendar) {}
  std::string text(std::string_view key) const {
    auto const* v = of_.if_contains(key);
    return v && v->is_string() ? std::string(v->as_string()) : "";
  }
  std::optional<time_point> time(std::string_view key) const {
    auto const said = text(key);
    if (said.empty()) return std::nullopt;
    return calendar_.at(sql::parse_time(said));
  }
  bool flag(std::string_view key) const {
    auto const* v = of_.if_contains(key);
    return v && v->is_bool() && v->as_bool();
  }
  unsigned number(std::string_view key) const {
    auto const* v = of_.if_contains(key);
    return v && v->is_int64() ? static_cast<unsigned>(v->as_int64()) : 0;
  }
  std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> all;
    if (auto const* v = of_.if_contains(key); v && v->is_array())
      for (auto const& one : v->as_array())
        if (one.is_string()) all.emplace_back(one.as_string());
    return all;
  }

 private:
  json::object const& of_;
  timeline const& calendar_;
};

template <class E, std::size_t N>
E word(std::string_view text, std::array<std::string_view, N> const& words, E otherwise) {
  auto const found = std::ranges::find(words, text);
  return found == words.end() ? otherwise : static_cast<E>(found - words.begin());
}

bool matters(alert_state s) {
  return s == alert_state::pending || s == alert_state::firing || s == alert_state::masked;
}

alert alert_of(json::object const& kept, timeline const& calendar) {
  members const m(kept, calendar);
  alert a;
  a.rule = m.text("rule");
  a.institution = m.text("institution");
  a.state = word(m.text("state"), alert_state_names, alert_state::no_data);
  a.firing = m.flag("firing");
  a.since = m.time("since").value_or(time_point{});
  a.pending_since = m.time("pending_since");
  a.fired_at = m.time("fired_at");
  a.cleared_at = m.time("cleared_at");
  a.first_bad = m.time("first_bad");
  if (auto sentence = m.text("why"); !sentence.empty())
    a.why = std::make_shared<explanation>(std::move(sentence), m.text("explanation"));
  return a;
}

silence silence_of(json::object const& kept, timeline const& calendar) {
  members const m(kept, calendar);
  silence s;
  s.id = m.text("id");
  s.institution = m.text("institution");
  s.rule = m.text("rule");
  if (auto const grade = m.text("at_most"); !grade.empty()) s.at_most = word(grade, severity_names, severity::low);
  s.run = m.text("run");
  s.by = m.text("by");
  s.reason = m.text("reason");
  s.from = m.time("from").value_or(time_point{});
  s.until = m.time("until").value_or(time_point{});
  return s;
}

/// Rows of the same key are replaced, as the tables do it.
template <class Row, class Key>
void merge(std::vector<Row>& known, std::vector<Row> const& newer, Key const& key) {
  std::map<std::remove_cvref_t<std::invoke_result_t<Key, Row const&>>, std::size_t> places;
  for (std::size_t i = 0; i != known.size(); ++i) places[std::invoke(key, known[i])] = i;
  for (auto const& row : newer) {
    auto const [at, fresh] = places.try_emplace(std::invoke(key, row), known.size());
    if (fresh)
      known.push_back(row);
    else
      known[at->second] = row;
  }
}

}  // namespace

sql::state_row state_row_of(silence const& s, timeline const& calendar) {
  json::object const value{{"id", s.id},
                           {"institution", s.institution},
                           {"rule", s.rule},
                           {"at_most", s.at_most ? name_of(*s.at_most) : std::string_view()},
                           {"run", s.run},
                           {"by", s.by},
                           {"reason", s.reason},
                           {"from", when(s.from, calendar)},
                           {"until", when(s.until, calendar)}};
  return {fmt::format("{}{}", silence_prefix, s.id), json::serialize(value), calendar.at(s.from)};
}

std::optional<sql::state_row> state_row_of(alert_change const& c, timeline const& calendar) {
  if (!matters(c.from) && !matters(c.now.state)) return std::nullopt;
  auto const& a = c.now;
  json::object const value{{"rule", a.rule},
                           {"institution", a.institution},
                           {"state", name_of(a.state)},
                           {"firing", a.firing},
                           {"since", when(a.since, calendar)},
                           {"pending_since", when(a.pending_since, calendar)},
                           {"fired_at", when(a.fired_at, calendar)},
                           {"cleared_at", when(a.cleared_at, calendar)},
                           {"first_bad", when(a.first_bad, calendar)},
                           {"why", a.why ? a.why->sentence : std::string()},
                           {"explanation", a.why ? a.why->object : std::string()}};
  return sql::state_row{fmt::format("{}{}/{}", alert_prefix, a.institution, a.rule), json::serialize(value),
                        calendar.at(c.at)};
}

sql::state_row alive_row(time_point now, timeline const& calendar) {
  return {std::string(alive_key), "{}", calendar.at(now)};
}

sql::incident_detail_row detail_row_of(incident const& i, timeline const& calendar) {
  json::object told;
  for (auto const& [channel, grade] : i.told) told[channel] = name_of(grade);
  json::object const state{{"firing", json::value_from(i.firing)},
                           {"told", std::move(told)},
                           {"suppressed", i.suppressed},
                           {"reopened", i.reopened},
                           {"told_at", when(i.told_at, calendar)},
                           {"climbed", json::array(i.climbed.begin(), i.climbed.end())},
                           {"reminders", i.reminders},
                           {"part_of", i.part_of},
                           {"institutions", json::value_from(i.institutions)}};
  sql::incident_detail_row row;
  row.incident_id = i.id;
  row.number = i.number;
  row.detected_at = calendar.at(i.opened_at);
  row.detected_by = i.detected_by;
  row.alerted_at = wall(i.alerted_at, calendar);
  row.acknowledged_at = wall(i.acknowledged_at, calendar);
  row.acknowledged_by = i.acknowledged_by;
  row.closed_at = wall(i.closed_at, calendar);
  row.closed_by = i.closed_by;
  row.run = i.run;
  row.state = json::serialize(state);
  return row;
}

std::vector<sql::incident_note_row> note_rows_of(incident const& i, timeline const& calendar) {
  std::vector<sql::incident_note_row> rows;
  for (auto const& n : i.notes)
    rows.push_back({i.id, static_cast<std::int64_t>(rows.size()), calendar.at(n.at), n.by, n.text});
  return rows;
}

incident incident_of(sql::remembered_incident const& kept, timeline const& calendar) {
  boost::system::error_code wrong;
  auto const parsed = json::parse(kept.detail.state, wrong);
  auto const state = !wrong && parsed.is_object() ? parsed.as_object() : json::object();
  members const m(state, calendar);
  auto const& row = kept.row;
  incident i;
  i.id = row.id;
  i.number = static_cast<unsigned>(kept.detail.number);
  i.institution = row.institution_id;
  i.type = word(row.incident_type, incident_type_names, incident_type::other);
  i.grade = word(row.severity, severity_names, severity::low);
  i.status = word(row.status, incident_status_names, incident_status::open);
  i.description = row.description;
  i.started_at = calendar.at(row.started_at);
  i.opened_at = calendar.at(kept.detail.detected_at);
  i.detected_by = kept.detail.detected_by;
  i.alerted_at = steady(kept.detail.alerted_at, calendar);
  i.acknowledged_at = steady(kept.detail.acknowledged_at, calendar);
  i.acknowledged_by = kept.detail.acknowledged_by;
  i.resolved_at = steady(row.resolved_at, calendar);
  i.closed_at = steady(kept.detail.closed_at, calendar);
  i.closed_by = kept.detail.closed_by;
  i.resolution_notes = row.resolution_notes.value_or("");
  i.affected_users = static_cast<unsigned>(row.affected_users_count);
  i.created_by = row.created_by.value_or("");
  i.assigned_to = row.assigned_to.value_or("");
  i.run = kept.detail.run;
  i.drill = !i.run.empty();
  for (auto const& n : kept.notes) i.notes.push_back({calendar.at(n.at), n.author, n.text});
  i.part_of = m.text("part_of");
  i.institutions = m.texts("institutions");
  i.firing = m.texts("firing");
  i.suppressed = m.number("suppressed");
  i.reopened = m.number("reopened");
  i.told_at = m.time("told_at");
  if (!state.contains("told_at")) i.told_at = i.alerted_at;  // of an earlier release
  i.climbed = m.texts("climbed");
  i.reminders = m.number("reminders");
  if (auto const* told = state.if_contains("told"); told && told->is_object())
    for (auto const& [channel, grade] : told->as_object())
      if (grade.is_string())
        i.told[std::string(channel)] = word(std::string_view(grade.as_string()), severity_names, severity::low);
  return i;
}

sql::result<sql::batch> remembered_rows(sql::store& store) {
  sql::batch all;
  auto incidents = store.remembered_incidents(500);
  if (!incidents) return std::unexpected(incidents.error());
  for (auto& one : *incidents) {
    all.incidents.push_back(std::move(one.row));
    all.incident_details.push_back(std::move(one.detail));
    std::ranges::move(one.notes, std::back_inserter(all.incident_notes));
  }
  auto states = store.monitor_states();
  if (!states) return std::unexpected(states.error());
  all.states = *std::move(states);
  return all;
}

sql::batch with_newer(sql::batch known, sql::batch const& newer) {
  merge(known.incidents, newer.incidents, &sql::incident_row::id);
  merge(known.incident_details, newer.incident_details, &sql::incident_detail_row::incident_id);
  merge(known.incident_notes, newer.incident_notes,
        [](sql::incident_note_row const& row) { return std::pair(row.incident_id, row.number); });
  merge(known.states, newer.states, &sql::state_row::key);
  return known;
}

memory memory_of(sql::batch const& rows, timeline const& calendar) {
  memory all;
  std::map<std::string, sql::remembered_incident> incidents;
  for (auto const& row : rows.incidents) incidents[row.id].row = row;
  for (auto const& row : rows.incident_notes) incidents[row.incident_id].notes.push_back(row);
  for (auto const& row : rows.incident_details) incidents[row.incident_id].detail = row;
  for (auto const& row : rows.incidents) all.incidents.push_back(incident_of(incidents[row.id], calendar));
  for (auto const& row : rows.states) {
    boost::system::error_code wrong;
    auto const value = json::parse(row.value, wrong);
    if (wrong || !value.is_object()) continue;
    if (row.key == alive_key) all.alive = calendar.at(row.saved_at);
    if (row.key.starts_with(alert_prefix)) all.alerts.push_back(alert_of(value.as_object(), calendar));
    if (row.key.starts_with(silence_prefix)) all.silences.push_back(silence_of(value.as_object(), calendar));
  }
  return all;
}

}  // namespace vendaval::monitor
