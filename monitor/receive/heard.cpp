#include "monitor/receive/heard.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/ascii.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

std::string text(json::value const* of, std::string_view key) {
  auto const* o = of ? of->if_object() : nullptr;
  auto const* v = o ? o->if_contains(key) : nullptr;
  return v && v->is_string() ? std::string(v->as_string()) : std::string();
}
json::value const* inside(json::value const* of, std::string_view key) {
  auto const* o = of ? of->if_object() : nullptr;
  return o ? o->if_contains(key) : nullptr;
}

std::expected<json::value, std::string> read(std::string_view body) {
  boost::system::error_code wrong;
  auto value = json::parse({body.data(), body.size()}, wrong);
  if (wrong || !value.is_object()) return std::unexpected("the body must be a JSON object");
  return value;
}

severity grade_of(std::string_view word) {
  auto const at = std::ranges::find(severity_names, word);
  if (at != severity_names.end()) return static_cast<severity>(at - severity_names.begin());
  return word == "page" ? severity::critical : word == "error" ? severity::high : severity::medium;
}

/// Banks whose name or code stands in the text, as a word of its own.
std::vector<std::string> banks_in(std::string_view said, institutions const& banks) {
  auto const word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0; };
  auto const all = lower(std::string(said));
  std::vector<std::string> found;
  for (auto const& bank : banks.all()) {
    auto const holds = [&](std::string const& name) {
      auto const wanted = lower(name);
      for (auto at = all.find(wanted); at != all.npos && !wanted.empty(); at = all.find(wanted, at + 1)) {
        auto const end = at + wanted.size();
        if ((at == 0 || !word(all[at - 1])) && (end == all.size() || !word(all[end]))) return true;
      }
      return false;
    };
    if (holds(bank.name) || holds(bank.id) || std::ranges::any_of(bank.aliases, holds)) found.push_back(bank.id);
  }
  return found;
}

bool is_over(std::string_view status) {
  return status == "resolved" || status == "completed" || status == "postmortem" || status == "operational";
}

/// Which time it is that a component or an incident of Statuspage's has come to its status: each change of a component
/// is one of its own; an incident's many updates of one status are the same, until it has been over in between.
std::string which_time(json::value const& all) {
  if (auto const* change = inside(&all, "component_update")) {
    auto const id = text(change, "id");
    return id.empty() ? text(change, "created_at") : id;
  }
  auto const* incident = inside(&all, "incident");
  if (!incident) return text(inside(&all, "component"), "updated_at");
  std::size_t ends = 0;
  if (auto const* updates = inside(incident, "incident_updates"); updates && updates->is_array())
    for (auto const& one : updates->as_array()) ends += is_over(text(&one, "status"));
  return std::to_string(ends);
}

}  // namespace

hearing hear_alertmanager(std::string_view body, institutions const& banks) {
  auto const all = read(body);
  if (!all) return std::unexpected(all.error());
  auto const* alerts = inside(&*all, "alerts");
  if (!alerts || !alerts->is_array()) return std::unexpected("alerts is missing: this is no webhook of Alertmanager's");
  std::vector<heard> result;
  for (auto const& a : alerts->as_array()) {
    auto const* labels = inside(&a, "labels");
    auto const* bank = banks.find(text(labels, "institution"));
    auto const name = text(labels, "alertname");
    if (!bank || name.starts_with("Vendaval")) continue;  // our own come back when we are a receiver of theirs
    heard h;
    bool const firing = text(&a, "status") == "firing";
    h.is = firing ? heard::what::failing : heard::what::well;
    h.key = "alertmanager/" + text(&a, "fingerprint") + "/" + text(&a, "startsAt") + "/" + text(&a, "status");
    h.institution = bank->id;
    h.by = "alertmanager " + name;
    auto const summary = text(inside(&a, "annotations"), "summary");
    h.text = bank->name + ": " + (summary.empty() ? name : summary);
    h.grade = grade_of(text(labels, "severity"));
    result.push_back(std::move(h));
  }
  return result;
}

hearing hear_statuspage(std::string_view body, institutions const& banks) {
  auto const all = read(body);
  if (!all) return std::unexpected(all.error());
  auto const* incident = inside(&*all, "incident");
  auto const* component = inside(&*all, "component");
  if (!incident && !component)
    return std::unexpected("neither incident nor component is there: this is no webhook of Statuspage's");
  auto said = text(component, "name");
  auto status = text(component, "status");
  auto const title = text(incident, "name");
  if (incident) {
    said = title;
    status = text(incident, "status");
    if (auto const* some = inside(incident, "components"); some && some->is_array())
      for (auto const& one : some->as_array()) said += ", " + text(&one, "name");
  }
  bool const over = is_over(status);
  auto const time = which_time(*all);
  std::vector<heard> result;
  for (auto const& bank : banks_in(said, banks)) {
    heard h;
    h.is = over ? heard::what::well : heard::what::announced;
    h.institution = bank;
    h.by = "statuspage";
    h.key = "statuspage/" + text(incident ? incident : component, "id") + "/" + bank + "/" + status + "/" + time;
    h.text = (title.empty() ? said : title) + " (" + status + ")";
    result.push_back(std::move(h));
  }
  return result;
}

hearing hear_pagerduty(std::string_view body) {
  auto const all = read(body);
  if (!all) return std::unexpected(all.error());
  auto const* event = inside(&*all, "event");
  if (!event) return std::unexpected("event is missing: this is no v3 webhook of PagerDuty's");
  if (text(event, "event_type") != "incident.acknowledged") return {};
  auto const key = text(inside(event, "data"), "incident_key");
  constexpr std::string_view ours = "vendaval/";
  if (!key.starts_with(ours)) return {};
  auto const bank_end = key.find('/', ours.size());  // vendaval/BANK/INCIDENT/EPISODE
  auto const end = bank_end == key.npos ? key.npos : key.find('/', bank_end + 1);
  if (end == key.npos) return {};
  heard h;
  h.is = heard::what::acknowledged;
  h.key = "pagerduty/" + text(event, "id");
  h.incident = key.substr(bank_end + 1, end - bank_end - 1);
  auto const who = text(inside(event, "agent"), "summary");
  h.by = "pagerduty: " + (who.empty() ? "somebody" : who);
  return std::vector{std::move(h)};
}

}  // namespace vendaval::monitor
