#include "controller/io/incident_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "controller/io/json_reply.hpp"
#include "monitor/incidents/statistics.hpp"
#include "monitor/views/views.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/v1/incidents/";

http_response shown(incident_tools const& tools, std::string_view id) {
  auto const* found = tools.watch.state().find_incident(id);
  if (!found) return refused(404, fmt::format("there is no incident {} here; older ones stand in the database", id));
  return reply(200, monitor::to_json(*found, tools.calendar));
}

http_response counted(http_request const& request, incident_tools const& tools) {
  monitor::incident_choice which;
  if (auto const asked = request.query("severity")) {
    auto const word = std::ranges::find(monitor::severity_names, *asked);
    if (word == monitor::severity_names.end()) return refused(400, "severity is one of low, medium, high, critical");
    which.grade = static_cast<monitor::severity>(word - monitor::severity_names.begin());
  }
  if (auto const asked = request.query("window")) {
    auto const window = parse_duration(*asked);
    if (!window) return refused(400, fmt::format("\"{}\" is no window: it is a duration such as 30d", *asked));
    which.since = tools.now - *window;
  }
  which.drills = request.query("drills").value_or("false") == "true";
  auto const all = tools.watch.state().incidents();
  return reply(200, monitor::to_json(monitor::statistics(all, which)));
}

constexpr text_key by{"by", "ana"}, text{"text", "banco avisado"}, notes{"notes", "o banco trocou o certificado"};
constexpr std::array<text_key, 1> to_acknowledge{by};
constexpr std::array<text_key, 2> to_note{text, by}, to_close{notes, by};

std::span<text_key const> keys_of(std::string_view what) {
  return what == "note" ? to_note : what == "close" ? to_close : std::span<text_key const>(to_acknowledge);
}

/// POST: what is done, by whom, with what words.
http_response done(http_request const& request, incident_tools const& tools, std::string const& id,
                   std::string_view what) {
  auto const body = body_of(request);
  if (!body) return refused(400, "send a JSON object");
  if (auto const wrong = objection(*body, keys_of(what))) return refused(400, *wrong);
  auto const named = text_of(*body, "by");
  auto const who = named.empty() ? tools.actor : named;
  auto& monitor = tools.watch.state();
  auto const happened = what == "acknowledge" ? monitor.acknowledge(id, who, tools.now)
                        : what == "note"      ? monitor.note(id, who, text_of(*body, "text"), tools.now)
                                              : monitor.close(id, who, text_of(*body, "notes"), tools.now);
  if (!happened) return refused(monitor.find_incident(id) ? 409 : 404, happened.error());
  tools.watch.carry_out(*happened);
  return shown(tools, id);
}

}  // namespace

std::optional<http_response> answer_incidents(http_request const& request, incident_tools const& tools) {
  auto rest = request.path();
  if (!rest.starts_with(root)) return std::nullopt;
  rest.remove_prefix(root.size());
  auto const slash = rest.find('/');
  auto const id = decoded(rest.substr(0, slash));
  if (id.empty()) return std::nullopt;
  if (slash == std::string_view::npos) {
    if (request.method != "GET") return wrong_method("GET");
    return id == "stats" ? counted(request, tools) : shown(tools, id);
  }
  auto const what = rest.substr(slash + 1);
  if (what != "acknowledge" && what != "note" && what != "close") return std::nullopt;
  if (request.method != "POST") return wrong_method("POST");
  return done(request, tools, id, what);
}

}  // namespace vendaval::controller
