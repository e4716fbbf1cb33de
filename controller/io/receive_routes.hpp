#pragma once
/// POST /v1/receive/alertmanager, /v1/receive/statuspage and /v1/receive/pagerduty: what others tell us. Alerts of
/// others open incidents that tell nobody by themselves; what a status page announces is noted, with how much earlier
/// we knew; who acknowledges in PagerDuty has acknowledged here. Lives on the control thread.
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "base/http.hpp"
#include "base/institution.hpp"
#include "monitor/io/watch.hpp"
#include "monitor/receive/heard.hpp"

namespace vendaval::controller {

class receive_routes {
 public:
  receive_routes(monitor::watch& watch, institutions const& banks) : watch_(watch), banks_(banks) {}
  /// The answer, or nothing when the path is none of these.
  std::optional<http_response> answer(http_request const& request, time_point now);

 private:
  bool is_new(std::string const& key);
  void take(monitor::heard const& h, time_point now);
  void announced(monitor::heard const& h, time_point now);

  monitor::watch& watch_;
  institutions const& banks_;
  std::set<std::string> known_;    // keys of what was told before: services tell again
  std::deque<std::string> order_;  // the oldest is forgotten first
};

}  // namespace vendaval::controller
