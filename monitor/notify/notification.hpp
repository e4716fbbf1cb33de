#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "monitor/incidents/incident.hpp"

namespace vendaval::monitor {

enum class notification_kind : std::uint8_t {
  opened,
  updated,
  resolved,
  acknowledged,
  escalated,    // nobody has acknowledged it in time
  reminder,     // still open
  proof,        // nothing has happened: the channel is tried
  undelivered,  // another channel would not take it
  drill         // a game day begins or ends
};
inline constexpr std::array<std::string_view, 9> notification_kind_names{
    "opened", "updated", "resolved", "acknowledged", "escalated", "reminder", "proof", "undelivered", "drill"};
inline std::string_view name_of(notification_kind k) { return notification_kind_names[static_cast<std::size_t>(k)]; }

/// One message to one channel. It goes to the outbox in the same transaction as the change it tells of.
struct notification {
  std::string id;  // UUID
  std::string incident_id;
  std::string channel;  // as the rule names it: "slack"
  notification_kind kind = notification_kind::opened;
  std::string text;          // one line, pt-BR
  std::string payload_json;  // the letter (letter.hpp)
  std::string fingerprint;   // equal for two messages that say the same
  bool drill = false;
  time_point created{};
};

/// What a text needs beyond the incident.
struct wording {
  timeline time;
  std::string bank_name;
  std::string link;  // address of our incidents, "https://vendaval.example/v1/incidents"; "" to leave it out
};

/// "[CRÍTICO] Itaú: 0% de sucesso em link/retrieve há 65,0 s (0/41) · incidente INC-0042": for the people on call.
/// A drill starts with "[EXERCÍCIO]".
std::string ops_text(incident_change const& c, wording const& w);
/// "14:31:05 (BRT)". Brasília has kept UTC−3 all year since 2019.
std::string brasilia_clock(wall_time t);
std::string severity_in_portuguese(severity s);      // of an incident: "CRÍTICO"
std::string the_severity_in_portuguese(severity s);  // "CRÍTICA"
std::string type_in_portuguese(incident_type t);     // "falha de conexão"
std::string link_to(incident const& i, wording const& w);
notification_kind kind_of(incident_change::kind k);

}  // namespace vendaval::monitor
