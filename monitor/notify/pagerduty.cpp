// PagerDuty's Events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview. Events about one episode
// carry one dedup_key of our own, so that a resolve finds its alert although the answer to its trigger was lost, and a
// late one never closes the next episode's.
#include <algorithm>
#include <boost/json.hpp>

#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;
using kinds = notification_kind;

constexpr std::size_t summary_limit = 1024, key_limit = 255;

/// Cut on a character's edge.
std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

std::string_view severity_of(letter const& l) {
  if (l.drill) return "info";
  switch (l.grade) {
    case severity::critical: return "critical";
    case severity::high: return "error";
    case severity::medium: return "warning";
    case severity::low: break;
  }
  return "info";
}

struct pagerduty_kind final : channel_kind {
  std::string_view name() const override { return "pagerduty"; }
  std::string_view service() const override { return "PagerDuty"; }
  wants asks_for() const override { return {.token = true, .default_url = "https://events.pagerduty.com"}; }
  duration pace() const override { return std::chrono::milliseconds(500); }  // 120 events a minute

  outgoing post(channel const& c, std::string_view path, json::object body, bool drill) const {
    auto const& key = drill && !c.drill_token.empty() ? c.drill_token : c.token;
    body["routing_key"] = key.reveal();
    auto url = c.url.reveal();
    while (url.ends_with('/')) url.pop_back();
    return {.url = url + std::string(path),
            .headers = {{"Content-Type", "application/json"}},
            .body = json::serialize(body)};
  }

  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto const& l = m.says;
    auto const news = l.news();  // also when it is told in place of another: a resolve must never become a page
    // What needs nobody out of bed is a change event: it proves the key, and never notifies.
    if (news == kinds::proof || news == kinds::drill) {
      json::object what{{"summary", cut(l.text, summary_limit)}, {"source", "vendaval"}, {"timestamp", iso8601(l.at)}};
      return {post(c, "/v2/change/enqueue", {{"payload", std::move(what)}}, l.drill)};
    }
    auto const key = cut(l.episode.empty() ? m.key : l.episode, key_limit);
    if (news == kinds::resolved || news == kinds::acknowledged) {
      auto const action = news == kinds::resolved ? "resolve" : "acknowledge";
      return {post(c, "/v2/enqueue", {{"event_action", action}, {"dedup_key", key}}, l.drill)};
    }
    json::object details{
        {"description", l.description}, {"english", l.english}, {"incident", l.label}, {"rule", l.rule}};
    for (auto const& f : l.fields) details[f.title] = f.value;
    if (!l.run.empty()) details["chaos_run_id"] = l.run;
    if (!l.why.empty()) details["explanation"] = parsed(l.why);
    json::object payload{{"summary", cut(l.text, summary_limit)},
                         {"source", "vendaval"},
                         {"severity", severity_of(l)},
                         {"timestamp", iso8601(l.at)},
                         {"component", l.institution},
                         {"group", "banks"},
                         {"class", l.type},
                         {"custom_details", std::move(details)}};
    json::object event{
        {"event_action", "trigger"}, {"dedup_key", key}, {"client", "Vendaval"}, {"payload", std::move(payload)}};
    if (!l.link.empty()) {
      event["client_url"] = l.link;
      event["links"] = json::array{json::object{{"href", l.link}, {"text", "incidente " + l.label}}};
    }
    return {post(c, "/v2/enqueue", std::move(event), l.drill)};
  }
};

}  // namespace

channel_kind const& pagerduty() {
  static pagerduty_kind const one;
  return one;
}

}  // namespace vendaval::monitor
