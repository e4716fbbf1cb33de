#include "controller/io/silence_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "controller/io/json_reply.hpp"
#include "monitor/views/views.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

constexpr std::string_view keys[]{"institution", "rule", "severity", "run", "by", "reason", "for"};

/// What is asked for, or why it cannot be.
std::expected<monitor::silence, std::string> read(http_request const& request, incident_tools const& tools,
                                                  institutions const& banks) {
  boost::system::error_code wrong;
  auto const parsed = json::parse(request.body, wrong);
  if (wrong || !parsed.is_object()) return std::unexpected("send a JSON object");
  auto const& body = parsed.as_object();
  for (auto const& [key, value] : body)
    if (std::ranges::find(keys, std::string_view(key)) == std::end(keys) || !value.is_string())
      return std::unexpected(
          fmt::format("\"{}\" is not known here; texts for institution, rule, severity, run, by, "
                      "reason and for are",
                      std::string_view(key)));
  monitor::silence s;
  if (auto const name = text_of(body, "institution"); !name.empty()) {
    auto const* bank = banks.find(name);
    if (!bank) return std::unexpected(fmt::format("unknown institution \"{}\"", name));
    s.institution = bank->id;
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
  auto const wrong_method = refused(405, "this path does not know that method");
  if (path == "/v1/alerts/history") {
    if (request.method != "GET") return wrong_method;
    return reply(200, monitor::history_json(tools.watch.state().history(), tools.calendar));
  }
  if (path == root) {
    if (request.method == "POST") return made(request, tools, banks);
    if (request.method != "GET") return wrong_method;
    return reply(200, monitor::silences_json(tools.watch.state(), tools.calendar, tools.now));
  }
  if (!path.starts_with(std::string(root) + "/") || !path.ends_with(end)) return std::nullopt;
  if (request.method != "POST") return wrong_method;
  auto const id = path.substr(root.size() + 1, path.size() - root.size() - 1 - end.size());
  auto const ended = tools.watch.state().end_silence(id, tools.now);
  if (!ended) return refused(404, "there is no such silence");
  tools.watch.carry_out(*ended);
  return reply(200, json::object{{"removed", id}});
}

}  // namespace vendaval::controller
