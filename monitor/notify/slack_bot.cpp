// Slack with a bot token: one message per incident, edited as it goes on, and a thread under it. chat.postMessage and
// chat.update, https://docs.slack.dev/reference/methods.
#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "monitor/notify/channel.hpp"
#include "monitor/notify/slack.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

/// Errors that pass; every other one will be the same the next time.
constexpr std::array<std::string_view, 5> passing{"ratelimited", "internal_error", "fatal_error", "service_unavailable",
                                                  "request_timeout"};

struct slack_bot_kind final : channel_kind {
  std::string_view name() const override { return "slack_bot"; }
  std::string_view service() const override { return "Slack (bot)"; }
  wants asks_for() const override { return {.token = true, .to = true, .default_url = "https://slack.com/api/"}; }
  duration pace() const override { return 1s; }

  outgoing call(channel const& c, std::string_view method, json::object body) const {
    auto url = c.url.reveal();
    if (!url.ends_with('/')) url += '/';
    return {.url = url + std::string(method),
            .headers = {{"Content-Type", "application/json; charset=utf-8"},
                        {"Authorization", "Bearer " + c.token.reveal()}},
            .body = json::serialize(body)};
  }

  /// The reference is "channel ts": chat.update wants the channel's id, which only the first answer tells. The edit
  /// goes first, since to repeat it changes nothing.
  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto said = slack_message(m.says);
    auto const gap = m.reference.find(' ');
    if (gap == std::string::npos) {
      said["channel"] = m.to.empty() ? c.to.front() : m.to;
      return {call(c, "chat.postMessage", std::move(said))};
    }
    auto const place = m.reference.substr(0, gap), first = m.reference.substr(gap + 1);
    auto edited = said;
    edited["channel"] = place;
    edited["ts"] = first;
    json::object below{{"channel", place}, {"thread_ts", first}, {"text", said["text"]}};
    return {call(c, "chat.update", std::move(edited)), call(c, "chat.postMessage", std::move(below))};
  }

  reply judge(answer const& a) const override {
    auto result = judge_http(a);
    if (result.is != reply::fate::accepted) return result;
    boost::system::error_code wrong;
    auto const said = json::parse(a.body, wrong);
    if (wrong || !said.is_object()) return {.is = reply::fate::later, .why = "Slack's answer is no JSON object"};
    auto const& o = said.as_object();
    auto const text = [&o](std::string_view key) {
      auto const* v = o.if_contains(key);
      return v && v->is_string() ? std::string(v->as_string()) : std::string();
    };
    auto const* ok = o.if_contains("ok");
    if (!ok || !ok->is_bool() || !ok->as_bool()) {
      auto const error = text("error");
      bool const passes = std::ranges::find(passing, error) != passing.end();
      return {.is = passes ? reply::fate::later : reply::fate::never, .why = "Slack says " + error};
    }
    if (!text("ts").empty()) result.reference = text("channel") + " " + text("ts");
    return result;
  }
};

}  // namespace

channel_kind const& slack_bot() {
  static slack_bot_kind const one;
  return one;
}

}  // namespace vendaval::monitor
