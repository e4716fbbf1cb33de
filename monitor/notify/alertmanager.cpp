// Alertmanager's POST /api/v2/alerts: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml. An
// alert is its labels, and a firing one ends by itself unless it is sent again, which monitor/io/alertmanager_feed
// does.
#include <boost/json.hpp>

#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;
constexpr std::chrono::minutes lasts = 4min;  // four feeds of a minute: one that is lost changes nothing

struct alertmanager_kind final : channel_kind {
  std::string_view name() const override { return "alertmanager"; }
  std::string_view service() const override { return "Alertmanager"; }
  wants asks_for() const override { return {.to = true, .peers = true}; }

  std::vector<outgoing> send(message const& m, channel const& c) const override {
    auto const& l = m.says;
    json::object labels{{"alertname", l.incident.empty() ? "VendavalChannelProof" : "VendavalIncident"},
                        {"severity", name_of(l.grade)}};
    if (!l.institution.empty()) labels["institution"] = l.institution;
    if (!l.label.empty()) labels["incident"] = l.label;
    if (l.drill) labels["drill"] = "true";
    if (!l.run.empty()) labels["chaos_run_id"] = l.run;
    bool const over = l.news() == notification_kind::resolved || l.incident.empty();
    // A resolve without annotations would arrive without them: they are sent each time.
    json::object alert{
        {"labels", std::move(labels)},
        {"annotations", {{"summary", l.text}, {"summary_en", l.english}, {"description", l.description}}},
        {"startsAt", iso8601(l.incident.empty() ? l.at - 1min : std::min(l.started_at, l.at - 1ms))},
        {"endsAt", iso8601(over ? l.at : l.at + lasts)}};
    if (!l.link.empty()) alert["generatorURL"] = l.link;
    json::array alerts;
    // Its severity is one of its labels: what it was before it got worse is another alert there, and over.
    for (auto milder = severity::low; !l.incident.empty() && milder < l.grade;
         milder = static_cast<severity>(static_cast<int>(milder) + 1)) {
      auto before = alert;
      before["labels"].as_object()["severity"] = name_of(milder);
      before["endsAt"] = iso8601(l.at);
      alerts.push_back(std::move(before));
    }
    alerts.push_back(std::move(alert));
    auto peer = m.to.empty() ? c.to.front() : m.to;
    while (peer.ends_with('/')) peer.pop_back();
    outgoing post{.url = peer + "/api/v2/alerts",
                  .headers = {{"Content-Type", "application/json"}},
                  .body = json::serialize(alerts)};
    if (!c.token.empty()) post.headers.push_back({"Authorization", "Bearer " + c.token.reveal()});
    return {std::move(post)};
  }
};

}  // namespace

channel_kind const& alertmanager() {
  static alertmanager_kind const one;
  return one;
}

}  // namespace vendaval::monitor
