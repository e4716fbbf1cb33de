#include "controller/io/receive_routes.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "controller/io/json_reply.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;
using what = monitor::heard::what;

constexpr std::string_view root = "/v1/receive/";
constexpr std::size_t remembered = 10'000;

monitor::sighting sighting_of(monitor::heard const& h, time_point now) {
  monitor::sighting s;
  s.institution = h.institution;
  s.by = h.by;
  s.grade = h.grade;
  s.description = h.text;
  s.started = s.at = now;
  return s;
}

}  // namespace

bool receive_routes::is_new(std::string const& key) {
  if (!known_.insert(key).second) return false;
  order_.push_back(key);
  if (order_.size() > remembered) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

/// The page and the incident of ours: who knew first, and by how much?
void receive_routes::announced(monitor::heard const& h, time_point now) {
  auto& state = watch_.state();
  auto const* open = state.open_incident(h.institution);
  if (!open) return watch_.carry_out(state.sighted(sighting_of(h, now)));
  auto const lead = for_people(now - open->opened_at);
  auto const noted =
      state.note(open->id, h.by,
                 fmt::format("Belvo anunciou: {}. Soubemos {} antes. (We knew {} earlier.)", h.text, lead, lead), now);
  if (noted) watch_.carry_out(*noted);
}

void receive_routes::take(monitor::heard const& h, time_point now) {
  auto& state = watch_.state();
  switch (h.is) {
    case what::acknowledged:
      if (auto const taken = state.acknowledge(h.incident, h.by, now)) watch_.carry_out(*taken);
      return;
    case what::failing: return watch_.carry_out(state.sighted(sighting_of(h, now)));
    case what::well: return state.sighting_over(h.institution, h.by, now);
    case what::announced: return announced(h, now);
  }
}

std::optional<http_response> receive_routes::answer(http_request const& request, time_point now) {
  auto const path = request.path();
  if (!path.starts_with(root)) return std::nullopt;
  auto const from = path.substr(root.size());
  if (from != "alertmanager" && from != "statuspage" && from != "pagerduty") return std::nullopt;
  if (request.method != "POST") return wrong_method("POST");
  auto const all = from == "alertmanager" ? monitor::hear_alertmanager(request.body, banks_)
                   : from == "statuspage" ? monitor::hear_statuspage(request.body, banks_)
                                          : monitor::hear_pagerduty(request.body);
  if (!all) return refused(400, all.error());
  std::uint64_t taken = 0;
  for (auto const& h : *all)
    if (is_new(h.key)) take(h, now), ++taken;
  return reply(200, json::object{{"taken", taken}, {"ignored", all->size() - taken}});
}

}  // namespace vendaval::controller
