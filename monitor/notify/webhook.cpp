// Any receiver of JSON. The same key comes with every attempt, so that it can tell a repetition.
#include <boost/json.hpp>

#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

struct webhook_kind final : channel_kind {
  std::string_view name() const override { return "webhook"; }
  std::string_view service() const override { return "webhook"; }
  wants asks_for() const override { return {.url = true}; }

  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto const& l = m.says;
    json::object body{{"version", 1},
                      {"event", name_of(l.kind)},
                      {"severity", name_of(l.grade)},
                      {"drill", l.drill},
                      {"institution", l.institution},
                      {"bank_name", l.bank_name},
                      {"text", {{"pt-BR", l.text}, {"en", l.english}}},
                      {"episode", l.episode},
                      {"at", iso8601(l.at)}};
    if (l.instead_of) body["instead_of"] = name_of(*l.instead_of);
    if (!l.incident.empty())
      body["incident"] = {{"id", l.incident},
                          {"label", l.label},
                          {"type", l.type},
                          {"rule", l.rule},
                          {"run", l.run},
                          {"started_at", iso8601(l.started_at)},
                          {"description", l.description},
                          {"link", l.link}};
    if (!l.why.empty()) body["explanation"] = parsed(l.why);
    outgoing post{.url = c.url.reveal(),
                  .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", m.key}},
                  .body = json::serialize(body)};
    if (!c.token.empty()) post.headers.push_back({"Authorization", "Bearer " + c.token.reveal()});
    return {std::move(post)};
  }
};

}  // namespace

channel_kind const& webhook() {
  static webhook_kind const one;
  return one;
}

}  // namespace vendaval::monitor
