#include "monitor/notify/letter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

namespace vendaval::monitor {
namespace {

namespace json = boost::json;
using kind = incident_change::kind;

std::string headline(incident_change const& c, wording const& w) {
  auto const state = c.what == kind::resolved       ? ": voltou ao normal"
                     : c.what == kind::reopened     ? ": voltou a falhar"
                     : c.what == kind::updated      ? ": situação agravada"
                     : c.what == kind::acknowledged ? ": alguém já cuida"
                     : c.what == kind::escalated    ? ": ninguém assumiu ainda"
                     : c.what == kind::reminded     ? ": continua com problemas"
                                                    : " com problemas";
  return fmt::format("{}{}{}", c.now.drill ? "[EXERCÍCIO] " : "", w.bank_name, state);
}

std::string footer(incident_change const& c) {
  auto text = "incidente " + c.now.label();
  if (!c.because.empty()) text += " · regra " + c.because;
  if (c.now.drill) text += " · exercício " + c.now.run + ": falhas provocadas por nós, não pelo banco";
  return text;
}

std::string in_english(incident_change const& c, wording const& w) {
  auto const* const drill = c.now.drill ? "[DRILL] " : "";
  if (c.what == kind::resolved)
    return fmt::format("{}[resolved] {}: back to normal since {}, after {} · incident {}", drill, w.bank_name,
                       brasilia_clock(w.time.at(c.at)), for_people(c.at - c.now.started_at), c.now.label());
  auto const state = c.what == kind::reopened       ? "failing again"
                     : c.what == kind::updated      ? "got worse, failing"
                     : c.what == kind::acknowledged ? "somebody is on it, failing"
                     : c.what == kind::escalated    ? "nobody has acknowledged it, failing"
                     : c.what == kind::reminded     ? "still failing,"
                                                    : "failing";
  auto const since = c.what == kind::reopened ? c.at : c.now.started_at;
  return fmt::format("{}[{}] {}: {} since {} · incident {}", drill, name_of(c.now.grade), w.bank_name, state,
                     brasilia_clock(w.time.at(since)), c.now.label());
}

/// The texts of a letter by their names in JSON.
template <class Letter, class Visit>
void texts(Letter& l, Visit&& visit) {
  visit("headline", l.headline);
  visit("text", l.text);
  visit("english", l.english);
  visit("description", l.description);
  visit("footer", l.footer);
  visit("incident", l.incident);
  visit("label", l.label);
  visit("institution", l.institution);
  visit("bank_name", l.bank_name);
  visit("type", l.type);
  visit("rule", l.rule);
  visit("run", l.run);
  visit("link", l.link);
  visit("episode", l.episode);
  visit("why", l.why);
}

std::int64_t milliseconds_of(wall_time t) {
  return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}
wall_time from_milliseconds(std::int64_t ms) { return wall_time(std::chrono::milliseconds(ms)); }

template <class Names>
std::optional<std::size_t> place_in(Names const& names, json::value const& word) {
  auto const at = std::ranges::find(names, std::string_view(word.as_string()));
  if (at == std::end(names)) return std::nullopt;
  return static_cast<std::size_t>(at - std::begin(names));
}

}  // namespace

letter compose(incident_change const& c, wording const& w) {
  letter l;
  l.kind = kind_of(c.what);
  l.grade = c.now.grade;
  l.drill = c.now.drill;
  l.headline = headline(c, w);
  l.text = ops_text(c, w);
  l.english = in_english(c, w);
  l.description = c.now.description;
  l.footer = footer(c);
  l.fields = {{"Desde", brasilia_clock(w.time.at(c.now.started_at))},
              {"Severidade", the_severity_in_portuguese(c.now.grade)},
              {"Tipo", type_in_portuguese(c.now.type)}};
  if (c.cause) l.fields.push_back({"Regra", c.cause->condition()});
  if (c.why) l.fields.push_back({"Por quê", c.why->sentence}), l.why = c.why->object;
  l.incident = c.now.id;
  l.label = c.now.label();
  l.institution = c.now.institution;
  l.bank_name = w.bank_name;
  l.type = name_of(c.now.type);
  l.rule = c.because;
  l.run = c.now.run;
  l.link = link_to(c.now, w);
  l.episode = fmt::format("vendaval/{}/{}/{}", c.now.institution, c.now.id, c.now.reopened);
  l.at = w.time.at(c.at);
  l.started_at = w.time.at(c.now.started_at);
  return l;
}

letter plain_letter(notification_kind kind, std::string headline, std::string text, std::string english) {
  letter l;
  l.kind = kind;
  l.headline = std::move(headline);
  l.text = std::move(text);
  l.english = std::move(english);
  return l;
}

std::string to_json(letter const& l) {
  json::object out{{"kind", name_of(l.kind)}, {"severity", name_of(l.grade)}, {"drill", l.drill}};
  if (l.instead_of) out["instead_of"] = name_of(*l.instead_of);
  texts(l, [&](std::string_view name, std::string const& text) {
    if (!text.empty()) out[name] = text;
  });
  json::array fields;
  for (auto const& f : l.fields) fields.push_back(json::array{f.title, f.value});
  out["fields"] = std::move(fields);
  out["at_ms"] = milliseconds_of(l.at);
  out["started_at_ms"] = milliseconds_of(l.started_at);
  return json::serialize(out);
}

std::optional<letter> letter_from(std::string_view text) {
  try {
    auto const in = json::parse({text.data(), text.size()}).as_object();
    auto const what = place_in(notification_kind_names, in.at("kind"));
    auto const grade = place_in(severity_names, in.at("severity"));
    if (!what || !grade) return std::nullopt;
    letter l;
    l.kind = static_cast<notification_kind>(*what);
    if (auto const* given = in.if_contains("instead_of"))
      if (auto const first = place_in(notification_kind_names, *given))
        l.instead_of = static_cast<notification_kind>(*first);
    l.grade = static_cast<severity>(*grade);
    l.drill = in.at("drill").as_bool();
    texts(l, [&](std::string_view name, std::string& into) {
      if (auto const* given = in.if_contains(name)) into = given->as_string();
    });
    for (auto const& f : in.at("fields").as_array())
      l.fields.push_back({std::string(f.as_array().at(0).as_string()), std::string(f.as_array().at(1).as_string())});
    l.at = from_milliseconds(in.at("at_ms").as_int64());
    l.started_at = from_milliseconds(in.at("started_at_ms").as_int64());
    return l;
  } catch (std::exception const&) {
    return std::nullopt;
  }
}

}  // namespace vendaval::monitor
