#include "controller/io/api.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "base/dice.hpp"
#include "base/io/own_api.hpp"
#include "controller/compress.hpp"
#include "controller/dry_run.hpp"
#include "controller/history_query.hpp"
#include "controller/io/channel_routes.hpp"
#include "controller/io/history_routes.hpp"
#include "controller/io/incident_routes.hpp"
#include "controller/io/json_reply.hpp"
#include "controller/io/silence_routes.hpp"
#include "controller/read_scenario.hpp"
#include "controller/version.hpp"
#include "monitor/views/views.hpp"
#include "sql/uuid.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

std::string actor_of(http_request const& request) {
  auto const who = request.header("X-Vendaval-Actor");
  return who && who->size() <= 100 ? std::string(*who) : "api:" + request.peer;
}

}  // namespace

struct api::route {
  std::string_view method, path;  // "{}" stands for one segment
  http_response (api::*handle)(http_request const&, std::string const& segment);
};

std::vector<api::route> const& api::routes() {
  static std::vector<route> const all{{"GET", "/v1/health", &api::health},
                                      {"GET", "/v1/status", &api::status},
                                      {"GET", "/v1/faults", &api::faults_now},
                                      {"GET", "/v1/alerts", &api::alerts},
                                      {"GET", "/v1/incidents", &api::incidents},
                                      {"GET", "/metrics", &api::metrics},
                                      {"POST", "/v1/runs", &api::start_run},
                                      {"GET", "/v1/runs/{}", &api::show_run},
                                      {"GET", "/v1/runs/{}/journal", &api::show_journal},
                                      {"POST", "/v1/runs/{}/abort", &api::abort_run},
                                      {"POST", "/v1/stop", &api::stop},
                                      {"POST", "/v1/release", &api::release},
                                      {"POST", "/v1/breakers", &api::breaker}};
  return all;
}

/// The segment that "{}" stands for; nothing when the path is another.
static std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  auto const hole = pattern.find("{}");
  if (hole == std::string_view::npos) return path == pattern ? std::optional<std::string>("") : std::nullopt;
  auto const before = pattern.substr(0, hole), after = pattern.substr(hole + 2);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  auto const segment = path.substr(before.size(), path.size() - before.size() - after.size());
  if (segment.contains('/')) return std::nullopt;
  return decoded(segment);
}

std::optional<http_response> api::refuse(http_request const& request) const {
  if (!is_own_name(request.header("Host").value_or(""), tools_.config.api.listen))
    return refused(421, "this API answers only under its own address");
  if (!shows_token(request, tools_.token))
    return refused(401, "a token is needed: --token-file FILE, or Authorization: Bearer …");
  if (request.method == "POST" && !request.header("Content-Type").value_or("").starts_with("application/json"))
    return refused(415, "send JSON: Content-Type: application/json");
  return std::nullopt;
}

asio::awaitable<http_response> api::answer(http_request request) {
  if (auto refused = refuse(request)) co_return std::move(*refused);
  if (tools_.storage && is_history_route(request))
    co_return co_await answer_history(std::move(request),
                                      {*tools_.storage, tools_.config.banks, tools_.calendar.at(tools_.time.now())});
  if (tools_.channels && is_channel_route(request))
    co_return co_await answer_channels(std::move(request),
                                       {*tools_.channels, *tools_.storage, tools_.calendar.at(tools_.time.now())});
  auto const now = tools_.time.now();
  if (auto answer = receive_.answer(request, now)) co_return std::move(*answer);
  if (auto answer = answer_incidents(request, {tools_.watch, tools_.calendar, now, actor_of(request)}))
    co_return std::move(*answer);
  if (auto answer =
          answer_silences(request, {tools_.watch, tools_.calendar, now, actor_of(request)}, tools_.config.banks))
    co_return std::move(*answer);
  std::string known;  // methods of this path
  for (auto const& r : routes()) {
    auto const segment = match(r.path, request.path());
    if (!segment) continue;
    if (r.method == request.method) co_return (this->*r.handle)(request, *segment);
    known += (known.empty() ? "" : ", ") + std::string(r.method);
  }
  co_return known.empty() ? refused(404, "there is no such path") : wrong_method(known);
}

http_response api::health(http_request const&, std::string const&) {
  return reply(200,
               json::object{{"state", "ok"}, {"version", version}, {"stopped", tools_.desk.stopped().has_value()}});
}

http_response api::status(http_request const&, std::string const&) {
  auto const now = tools_.time.now();
  auto body = monitor::status_json(tools_.watch.state().summaries(now), tools_.calendar, now);
  auto const quiet = monitor::silences_json(tools_.watch.state(), tools_.calendar, now);
  body["silences"] = quiet.at("silences");
  body["maintenance"] = quiet.at("maintenance");
  body["faults_armed"] = tools_.desk.armed()->faults.size();
  auto const kept = tools_.watch.counts();
  body["keeping"] = json::object{{"trouble", kept.trouble},
                                 {"waiting", kept.waiting},
                                 {"spooled_bytes", kept.spooled.count},
                                 {"refused", kept.refused},
                                 {"lost", kept.lost}};
  if (auto const& why = tools_.desk.stopped())
    body["stopped"] = *why;
  else
    body["stopped"] = nullptr;
  if (auto const run = tools_.runs.latest(); run && tools_.runs.running())
    body["run"] = *run;
  else
    body["run"] = nullptr;
  return reply(200, body);
}

http_response api::faults_now(http_request const&, std::string const&) {
  auto const now = tools_.time.now();
  json::array all;
  for (auto const& f : tools_.desk.armed()->faults) {
    json::array banks;
    for (auto const& bank : f.where.institutions) banks.emplace_back(bank);
    all.push_back(json::object{
        {"id", f.id},
        {"label", f.label},
        {"institutions", std::move(banks)},
        {"probability", show(f.where.probability)},
        {"expires_in_ms", std::chrono::duration_cast<std::chrono::milliseconds>(f.expires - now).count()}});
  }
  return reply(200, json::object{{"faults", std::move(all)}});
}

http_response api::alerts(http_request const&, std::string const&) {
  return reply(200, monitor::alerts_json(tools_.watch.state().alerts(), tools_.calendar));
}

http_response api::incidents(http_request const&, std::string const&) {
  return reply(200, monitor::incidents_json(tools_.watch.state().incidents(), tools_.calendar));
}

http_response api::metrics(http_request const&, std::string const&) {
  monitor::exposed all;
  all.monitor = tools_.watch.state().metrics(tools_.time.now());
  all.path = tools_.path.counts();
  all.outbox = tools_.outbox.counts();
  all.deliveries = tools_.outbox.by_kind();
  auto const wall = tools_.calendar.at(tools_.time.now());
  if (tools_.channels)
    for (auto const& c : tools_.channels->view()) {
      auto const at = all.channels.try_emplace(c.channel, true).first;
      at->second = at->second && !c.red(wall);  // addresses of people are nobody's label
    }
  all.keeping = tools_.watch.counts();
  all.faults_armed = tools_.desk.armed()->faults.size();
  all.injected = tools_.desk.injected();
  all.stopped = tools_.desk.stopped().has_value();
  http_response result;
  result.content_type = "text/plain; version=0.0.4; charset=utf-8";
  result.body = monitor::exposition(all);
  return result;
}

http_response api::start_run(http_request const& request, std::string const&) {
  auto const body = body_of(request);
  if (!body || text_of(*body, "scenario").empty())
    return refused(400,
                   "send {\"scenario\": \"<its TOML text>\", \"file\": \"<its name>\", \"institution\": \"itau\"}");
  auto const text = text_of(*body, "scenario"), target = text_of(*body, "institution");
  auto const file = body->contains("file") ? text_of(*body, "file") : std::string("scenario.toml");
  scenario_context context;
  context.banks = tools_.config.banks;
  context.error_codes = tools_.error_codes;
  context.allowed_hosts = tools_.config.upstream.allowed_names();
  context.upstream = tools_.config.upstream.host();
  context.can_sign = !tools_.config.proxy.fault_ca.empty();
  if (!target.empty()) context.target = target;
  auto const checked = check_scenario(text, file, context);
  if (!checked) return refused(400, explain(checked.error(), text));

  if (auto const* dry = body->if_contains("dry_run"); dry && dry->is_bool() && dry->as_bool()) {
    auto const& seen = tools_.watch.state().seen();
    return reply(200, json::object{{"dry_run", show(try_dry(*checked, seen, tools_.time.now()), *checked)}});
  }
  run_identity who;
  who.id = sql::new_uuid();
  who.scenario_text = text;
  who.scenario_file = file;
  who.target = target;
  auto const* seed = body->if_contains("seed");
  who.seed = seed && seed->is_number() ? seed->to_number<std::uint64_t>()
                                       : tools_.config.game_day.seed.value_or(dice::key(who.id) >> 1);
  who.compress = tools_.config.game_day.compress;
  who.version = version;
  who.started_by = actor_of(request);
  who.started = std::chrono::floor<std::chrono::milliseconds>(tools_.calendar.at(tools_.time.now()));
  who.error_codes = tools_.error_codes;  // without them the journal could not be judged again
  for (auto const& bank : tools_.config.banks.all()) who.institutions.push_back({bank.id, bank.name, bank.aliases});
  game_day_settings settings;
  settings.lease = tools_.config.game_day.lease;
  auto const id = tools_.runs.start(compress(*checked, who.compress), std::move(who), settings);
  if (!id) return refused(409, id.error());
  return reply(202, json::object{{"id", *id}});
}

http_response api::show_run(http_request const& request, std::string const& id) {
  std::uint64_t after = 0;
  if (auto const given = request.query("after")) std::from_chars(given->data(), given->data() + given->size(), after);
  auto const view = tools_.runs.view(id, after);
  if (!view) return refused(404, "there is no such run here; older ones stand in the database and their journals");
  return reply(200, *view);
}

http_response api::show_journal(http_request const&, std::string const& id) {
  auto const journal = tools_.runs.journal_of(id);
  if (!journal) return refused(404, "there is no such run here; older ones stand in the database and their journals");
  return reply(200, *journal);
}

http_response api::abort_run(http_request const& request, std::string const& id) {
  auto const body = body_of(request);
  auto const reason = body ? text_of(*body, "reason") : "";
  if (!tools_.runs.abort(id, reason.empty() ? "aborted by " + actor_of(request) : reason))
    return refused(404, "no such run is under way");
  return reply(200, json::object{{"aborted", id}});
}

http_response api::stop(http_request const& request, std::string const&) {
  auto const body = body_of(request);
  auto const reason = body ? text_of(*body, "reason") : "";
  auto const ended = tools_.desk.stop(reason.empty() ? "no reason given" : reason, actor_of(request));
  return reply(200, json::object{{"faults_ended", ended}, {"stopped", true}});
}

http_response api::release(http_request const& request, std::string const&) {
  auto const body = body_of(request);
  auto const released = tools_.desk.release(body ? text_of(*body, "reason") : "", actor_of(request));
  if (!released) return refused(409, released.error());
  return reply(200, json::object{{"stopped", false}});
}

http_response api::breaker(http_request const& request, std::string const&) {
  auto const body = body_of(request);
  if (!body || body->empty())
    return refused(400, "send {\"institution\": \"itau\", \"state\": \"open\" | \"half_open\" | \"closed\"}");
  auto const bank = read_bank(text_of(*body, "institution"), tools_.config.banks);
  if (!bank) return refused(400, bank.error());
  auto const state = text_of(*body, "state");
  bool const half = state == "half_open" || state == "halfOpen";
  if (!half && state != "open" && state != "closed")
    return refused(400, fmt::format("\"{}\" is no state of a breaker; there are open, half_open, closed", state));
  auto const told = half              ? monitor::app_breaker::half_open
                    : state == "open" ? monitor::app_breaker::open
                                      : monitor::app_breaker::closed;
  tools_.watch.state().breaker_reported(*bank, told, tools_.time.now());
  return reply(202, json::object{{"noted", state}});
}

}  // namespace vendaval::controller
