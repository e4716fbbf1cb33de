#include "controller/io/silence_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "controller/history_query.hpp"
#include "controller/io/json_reply.hpp"
#include "monitor/views/views.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

constexpr std::array<text_key, 7> keys{{{"institution", "itau"},
                                        {"rule", "success_low"},
                                        {"severity", "medium"},
                                        {"run", "the id of a game day"},
                                        {"by", "ana"},
                                        {"reason", "o banco avisou"},
                                        {"for", "2h"}}};

/// What is asked for, or why it cannot be.
std::expected<monitor::silence, std::string> read(http_request const& request, incident_tools const& tools,
                                                  institutions const& banks) {
  auto const parsed = body_of(request);
  if (!parsed) return std::unexpected("send a JSON object");
  auto const& body = *parsed;
  if (auto const wrong = objection(body, keys)) return std::unexpected(*wrong);
  monitor::silence s;
  if (auto const name = text_of(body, "institution"); !name.empty()) {
    auto bank = read_bank(name, banks);
    if (!bank) return std::unexpected(bank.error());
    s.institution = std::move(*bank);
  }
  if (auto const word = text_of(body, "severity"); !word.empty()) {
    auto const found = std::ranges::find(monitor::severity_names, word);
    if (found == monitor::severity_names.end())
      return std::unexpected("severity (and milder) is one of low, medium, high, critical");
    s.at_most = static_cast<monitor::severity>(found - monitor::severity_names.begin());
  }
  auto const length = parse_duration(text_of(body, "for"));
  if (!length) return std::unexpected("for says how long it lasts: \"30m\", \"2h\"; a silence always ends");
  s.rule = text_of(body, "rule");
  s.run = text_of(body, "run");
  s.by = text_of(body, "by");
  if (s.by.empty()) s.by = tools.actor;
  s.reason = text_of(body, "reason");
  s.until = tools.now + *length;
  return s;
}

http_response made(http_request const& request, incident_tools const& tools, institutions const& banks) {
  auto asked = read(request, tools, banks);
  if (!asked) return refused(400, asked.error());
  auto const done = tools.watch.state().quiet(std::move(*asked), tools.now);
  if (!done) return refused(400, done.error());
  tools.watch.carry_out(done->second);
  return reply(201, monitor::to_json(done->first, tools.calendar));
}

}  // namespace

std::optional<http_response> answer_silences(http_request const& request, incident_tools const& tools,
                                             institutions const& banks) {
  constexpr std::string_view root = "/v1/silences", end = "/remove";
  auto const path = request.path();
  if (path == "/v1/alerts/history") {
    if (request.method != "GET") return wrong_method("GET");
    return reply(200, monitor::history_json(tools.watch.state().history(), tools.calendar));
  }
  if (path == root) {
    if (request.method == "POST") return made(request, tools, banks);
    if (request.method != "GET") return wrong_method("GET, POST");
    return reply(200, monitor::silences_json(tools.watch.state(), tools.calendar, tools.now));
  }
  if (!path.starts_with(std::string(root) + "/") || !path.ends_with(end)) return std::nullopt;
  if (request.method != "POST") return wrong_method("POST");
  auto const id = decoded(path.substr(root.size() + 1, path.size() - root.size() - 1 - end.size()));
  auto const ended = tools.watch.state().end_silence(id, tools.now);
  if (!ended) return refused(404, "there is no such silence");
  tools.watch.carry_out(*ended);
  return reply(200, json::object{{"removed", id}});
}

}  // namespace vendaval::controller
