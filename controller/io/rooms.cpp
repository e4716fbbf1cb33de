#include "controller/io/rooms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/uuid.hpp"

namespace vendaval::controller {
namespace {

duration per(duration d, std::uint32_t factor, duration least) { return std::max(d / factor, least); }

/// Rules name channels that may not be configured; what they have to say goes to those that are, never nowhere.
std::vector<monitor::rule> routed(std::vector<monitor::rule> rules, std::vector<channel_settings> const& channels) {
  for (auto& rule : rules) {
    std::erase_if(rule.channels, [&](std::string const& name) {
      return std::ranges::none_of(channels, [&](channel_settings const& c) { return c.way.name == name; });
    });
    if (rule.channels.empty())
      for (auto const& c : channels) rule.channels.push_back(c.way.name);
  }
  return rules;
}

}  // namespace

monitor::monitor_settings watch_settings(settings const& s, timeline const& calendar) {
  monitor::monitor_settings m;
  auto const factor = s.game_day.compress;
  m.banks = s.banks;
  m.rules = routed(s.rules, s.channels);
  for (auto& rule : m.rules) rule = monitor::compress(std::move(rule), factor);
  m.incidents.flap_hold = per(m.incidents.flap_hold, factor, 1s);
  m.breaker.longest_wait = per(m.breaker.longest_wait, factor, 1s);
  if (!s.probes.calls.empty()) m.probe = monitor::probe_rule(m.rules, s.probes.every);
  for (auto const& call : s.probes.calls) m.probed.insert(call.institution);
  m.escalation = s.escalation;
  for (auto& step : m.escalation.steps) step.after = per(step.after, factor, 1s);
  m.escalation.repeat = s.escalation.repeat / factor;
  m.detect = monitor::compress(m.detect, factor);
  m.platform_within = per(m.platform_within, factor, 1s);
  m.maintenance = s.maintenance;
  m.slot = per(1s, factor, 50ms);
  m.time = calendar;
  for (auto const& c : s.channels)
    if (c.way.kind == &monitor::pagerduty()) m.drill_channels.push_back(c.way.name);
  for (auto const& c : s.channels)
    if (auto names = monitor::lanes_of(c.way); names.size() > 1) m.lanes[c.way.name] = std::move(names);
  for (auto const& [link, bank] : s.links) m.links.learn(bank, link);
  if (!s.api.public_url.empty()) m.link = s.api.public_url + "/v1/incidents";
  m.seed = static_cast<std::uint64_t>(calendar.wall.time_since_epoch().count());
  return m;
}

dialects::dialect_settings dialect_of(settings const& s) {
  dialects::dialect_settings d;
  d.banks = s.banks;
  for (auto const& [link, bank] : s.links) d.links.push_back({link, bank});
  d.places = s.upstream.places;
  d.header = s.upstream.header;
  d.lists = s.upstream.multi_bank;
  d.ask_for_links = s.upstream.ask_for_links;
  return d;
}

std::optional<tls_identity> identity_of(certificate_files const& files) {
  if (files.certificate.empty()) return std::nullopt;
  return tls_identity{files.certificate, files.key};
}

gateway_settings path_of(settings const& s, std::shared_ptr<spdlog::logger> log) {
  gateway_settings g;
  g.listen = s.proxy.listen;
  g.tls = identity_of(s.proxy.own);
  for (auto const& files : s.proxy.identities) g.more_tls.push_back({files.certificate, files.key});
  g.client_ca = s.proxy.client_ca;
  if (!s.proxy.fault_ca.empty()) g.fault_ca = local_ca{s.proxy.fault_ca, s.proxy.fault_key};
  g.threads = s.proxy.threads;
  g.marker = s.proxy.marker;
  g.max_active_faults = s.max_active_faults;
  g.limits = s.limits;
  g.via = fmt::format("vendaval-{}", sql::new_uuid().substr(0, 8));
  g.forward_listen = s.proxy.forward_listen;
  if (s.proxy.intercept) g.intercept = local_ca{s.proxy.intercept_ca, s.proxy.intercept_key};
  g.upstream.url = s.upstream.url;
  g.upstream.ca_file = s.upstream.ca;
  g.upstream.hosts = s.upstream.hosts;
  g.upstream.production_confirmed = s.upstream.production == production_phrase;
  g.upstream_trust = {s.upstream.ca, identity_of(s.upstream.own), s.upstream.pin};
  g.pin_reason = s.upstream.pin_reason;
  // An empty list lets everything pass; the API then refuses every scenario, so nothing is ever injected.
  g.allowed_hosts = s.upstream.allow.empty() ? std::vector{s.upstream.host()} : s.upstream.allow;
  g.make_dialect = [name = s.upstream.dialect, d = dialect_of(s)] { return dialects::make_dialect(name, d); };
  g.log = std::move(log);
  return g;
}

std::unique_ptr<webhook_relay> relay_of(settings const& s, link& path, std::shared_ptr<spdlog::logger> log) {
  if (!s.webhooks.listen) return nullptr;
  webhook_settings w;
  w.listen = *s.webhooks.listen;
  w.tls = identity_of(s.proxy.own);
  w.app = s.webhooks.app;
  w.ca_file = s.webhooks.ca;
  w.make_dialect = [name = s.upstream.dialect, d = dialect_of(s)] { return dialects::make_dialect(name, d); };
  w.log = std::move(log);
  return std::make_unique<webhook_relay>(std::move(w), path);
}

}  // namespace vendaval::controller
