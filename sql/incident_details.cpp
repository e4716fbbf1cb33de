// Incidents beyond the mission's table, and what the monitor must know again after a restart.
#include <fmt/format.h>

#include <array>
#include <map>

#include "sql/store_impl.hpp"
#include "sql/text.hpp"

namespace vendaval::sql {
namespace {

constexpr std::array<std::string_view, 11> detail_columns{
    "incident_id",     "number",    "detected_at", "detected_by", "alerted_at", "acknowledged_at",
    "acknowledged_by", "closed_at", "closed_by",   "run",         "state"};
constexpr std::array<std::string_view, 5> note_columns{"incident_id", "number", "at", "author", "text"};
constexpr std::array<std::string_view, 3> state_columns{"key", "value", "saved_at"};

constexpr table details{"incident_details", detail_columns, 11, "incident_id", when_there::replace};
constexpr table notes{"incident_notes", note_columns, 5, "incident_id, number", when_there::keep};
constexpr table states{"monitor_state", state_columns, 3, "key", when_there::replace};

value maybe(std::optional<wall_time> t) { return t ? value(iso8601(*t)) : value(); }
value maybe(std::string const& text) { return text.empty() ? value() : value(clean(text)); }
std::optional<wall_time> time_in(value const& v) { return v ? std::optional(parse_time(*v)) : std::nullopt; }

}  // namespace

template <>
table const& table_of<incident_detail_row>() {
  return details;
}
template <>
table const& table_of<incident_note_row>() {
  return notes;
}
template <>
table const& table_of<state_row>() {
  return states;
}

values columns_of(incident_detail_row const& row) {
  return {uuid_text(row.incident_id, "incident id"),
          std::to_string(row.number),
          iso8601(row.detected_at),
          clean(row.detected_by),
          maybe(row.alerted_at),
          maybe(row.acknowledged_at),
          maybe(row.acknowledged_by),
          maybe(row.closed_at),
          maybe(row.closed_by),
          maybe(row.run),
          clean(row.state)};
}
values columns_of(incident_note_row const& row) {
  return {uuid_text(row.incident_id, "incident id"), std::to_string(row.number), iso8601(row.at), clean(row.author),
          clean(row.text)};
}
values columns_of(state_row const& row) { return {clean(row.key), clean(row.value), iso8601(row.saved_at)}; }

template <>
incident_detail_row read<incident_detail_row>(values const& c) {
  incident_detail_row row;
  row.incident_id = c.at(0).value_or("");
  row.number = parse_integer(c.at(1).value_or("0"));
  row.detected_at = time_in(c.at(2)).value_or(wall_time{});
  row.detected_by = c.at(3).value_or("");
  row.alerted_at = time_in(c.at(4));
  row.acknowledged_at = time_in(c.at(5));
  row.acknowledged_by = c.at(6).value_or("");
  row.closed_at = time_in(c.at(7));
  row.closed_by = c.at(8).value_or("");
  row.run = c.at(9).value_or("");
  row.state = c.at(10).value_or("{}");
  return row;
}
template <>
incident_note_row read<incident_note_row>(values const& c) {
  return {c.at(0).value_or(""), parse_integer(c.at(1).value_or("0")), time_in(c.at(2)).value_or(wall_time{}),
          c.at(3).value_or(""), c.at(4).value_or("")};
}
template <>
state_row read<state_row>(values const& c) {
  return {c.at(0).value_or(""), c.at(1).value_or("{}"), time_in(c.at(2)).value_or(wall_time{})};
}

result<std::vector<remembered_incident>> store::remembered_incidents(int limit) {
  return impl_->read([&](connection& on) {
    // Every open one, and the newest of the rest: oldest first.
    auto const rest = fmt::format(
        "WHERE incident_id IN (SELECT id FROM banking_incidents WHERE status IN ('open', 'investigating')) OR "
        "incident_id IN (SELECT incident_id FROM incident_details ORDER BY detected_at DESC LIMIT {}) "
        "ORDER BY detected_at, number",
        limit);
    std::vector<remembered_incident> all;
    for (auto& detail : store_rows<incident_detail_row>(on, rest)) {
      auto row = store_rows<incident_row>(on, "WHERE id = :id", {detail.incident_id});
      if (row.empty()) continue;
      auto said = store_rows<incident_note_row>(on, "WHERE incident_id = :id ORDER BY number", {detail.incident_id});
      all.push_back({std::move(row.front()), std::move(detail), std::move(said)});
    }
    return all;
  });
}

result<std::vector<state_row>> store::monitor_states() { return impl_->rows<state_row>("ORDER BY key"); }

}  // namespace vendaval::sql
