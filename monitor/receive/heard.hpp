#pragma once
/// What others tell us: Alertmanager's alerts, Belvo's own status page, PagerDuty's acknowledgements. Each reader takes
/// the JSON that the service posts, ignores what it does not know, and says what concerns us. Pure.
///   Alertmanager's webhook, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
///   Statuspage's webhook: https://support.atlassian.com/statuspage/docs/enable-webhook-notifications
///   PagerDuty's v3 webhooks: https://developer.pagerduty.com/docs/webhooks-overview
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"
#include "monitor/incidents/incident.hpp"

namespace vendaval::monitor {

struct heard {
  enum class what : std::uint8_t {
    acknowledged,  // somebody took one of our incidents
    failing,       // somebody else's alert about a bank
    well,          // and its end
    announced      // the API's own page speaks of a bank
  };
  what is = what::failing;
  std::string key;          // equal when the same thing is told again
  std::string institution;  // ours; empty for acknowledgements
  std::string incident;     // the id of ours that was acknowledged
  std::string by;           // "alertmanager HighErrorRate", "statuspage", "pagerduty: Ana Souza"
  std::string text;         // one line
  severity grade = severity::medium;
};

using hearing = std::expected<std::vector<heard>, std::string>;

/// Alerts with a label `institution` that is one of the banks.
hearing hear_alertmanager(std::string_view body, institutions const& banks);
/// Incidents and components whose names hold a bank's name.
hearing hear_statuspage(std::string_view body, institutions const& banks);
/// incident.acknowledged of an alert whose key is one of ours.
hearing hear_pagerduty(std::string_view body);

}  // namespace vendaval::monitor
