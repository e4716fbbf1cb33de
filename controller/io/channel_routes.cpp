#include "controller/io/channel_routes.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/io/await.hpp"
#include "controller/io/json_reply.hpp"
#include "monitor/notify/letter.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;
constexpr std::string_view all_channels = "/v1/channels", dead_letters = "/v1/dead-letters", test = "/test";
using letters = sql::result<std::vector<sql::outbox_row>>;

json::object to_json(monitor::channel_health const& h, wall_time now) {
  json::object out{{"channel", h.channel},   {"kind", h.kind},       {"receiver", h.receiver}, {"red", h.red(now)},
                   {"accepted", h.accepted}, {"retried", h.retried}, {"dead", h.dead},         {"proven_at", nullptr}};
  if (h.proven_at) out["proven_at"] = iso8601(*h.proven_at);
  return out;
}

/// What it said, not what was sent: people look for what they were not told.
json::object to_json(sql::outbox_row const& row) {
  auto const says = monitor::letter_from(row.payload);
  return {{"id", row.id},
          {"channel", row.channel},
          {"kind", row.kind},
          {"text", says ? says->text : std::string()},
          {"incident", row.incident_id ? json::value(*row.incident_id) : json::value(nullptr)},
          {"created_at", iso8601(row.created_at)},
          {"failed_at", row.failed_at ? json::value(iso8601(*row.failed_at)) : json::value(nullptr)},
          {"why", row.last_error.value_or("")}};
}

http_response list(channel_tools const& tools) {
  json::array all;
  for (auto const& health : tools.channels.view()) all.push_back(to_json(health, tools.now));
  return reply(200, json::object{{"channels", std::move(all)}});
}

http_response try_one(std::string_view name, channel_tools const& tools) {
  if (tools.channels.prove(name))
    return reply(202, json::object{{"message", fmt::format("a test is on its way to channel \"{}\"", name)}});
  std::string names;
  for (auto const& health : tools.channels.view())
    if (!names.contains(health.channel)) names += (names.empty() ? "" : ", ") + health.channel;
  return reply(404, json::object{{"error", fmt::format("there is no channel \"{}\"; configured: {}", name,
                                                       names.empty() ? "none" : names)}});
}

asio::awaitable<http_response> list_dead(channel_tools tools) {
  constexpr int most = 100;
  auto const ask = [&storage = tools.storage](auto done) {
    bool const taken = storage.run([done](sql::store& store) mutable { done(store.dead_letters(most)); });
    if (!taken) done(letters(std::unexpected(std::string("storage is overloaded"))));
  };
  auto const rows = co_await await_callback<letters>(ask);
  if (!rows) co_return reply(503, json::object{{"error", rows.error()}});
  json::array all;
  for (auto const& row : *rows) all.push_back(to_json(row));
  co_return reply(200, json::object{{"dead_letters", std::move(all)}});
}

}  // namespace

bool is_channel_route(http_request const& request) {
  auto const path = request.path();
  return path == all_channels || path == dead_letters ||
         (path.starts_with(all_channels) && path.ends_with(test) && path.size() > all_channels.size() + test.size());
}

asio::awaitable<http_response> answer_channels(http_request request, channel_tools tools) {
  auto const path = request.path();
  bool const trying = path.ends_with(test);
  std::string_view const method = trying ? "POST" : "GET";
  if (request.method != method) co_return wrong_method(method);
  if (path == all_channels) co_return list(tools);
  if (path == dead_letters) co_return co_await list_dead(tools);
  auto const name = path.substr(all_channels.size() + 1, path.size() - all_channels.size() - 1 - test.size());
  co_return try_one(decoded(name), tools);
}

}  // namespace vendaval::controller
