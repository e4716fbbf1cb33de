#pragma once
/// What one message says, whoever will read it. It is put together once, waits in the outbox as JSON, and becomes
/// Slack's blocks, a mail or an event of PagerDuty when it is sent, so that what could not be said one way can still be
/// said another. Nothing in it is secret. Texts are pt-BR first, English second.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/notify/notification.hpp"

namespace vendaval::monitor {

struct letter {
  struct field {
    std::string title, value;  // "Severidade", "CRÍTICO"
  };
  notification_kind kind = notification_kind::opened;
  std::optional<notification_kind> instead_of{};  // of one that is undelivered: what another channel did not take
  severity grade = severity::low;
  bool drill = false;
  std::string headline;                // "Itaú com problemas"
  std::string text;                    // one line for people on call: ops_text()
  std::string english;                 // the same, shorter, in English
  std::string description;             // what is known, one line
  std::string footer;                  // "incidente INC-0042 · regra bank_unavailable"
  std::vector<field> fields;           // facts, for those who show them apart
  std::string incident, label;         // its id, "INC-0042"; empty when it is about no incident
  std::string institution, bank_name;  // "itau", "Itaú"
  std::string type, rule, run;         // incident_type; the rule that fired; the drill's run
  std::string link;                    // of our page about it; may be empty
  std::string why;                     // JSON: what was seen and what it was held against; empty: nothing fired
  /// The same in every message about one episode, and no other's: a resolve that comes late must not end the next one.
  std::string episode;
  wall_time at{}, started_at{};

  /// What has happened, whichever channel was to tell it first.
  notification_kind news() const { return instead_of.value_or(kind); }
};

letter compose(incident_change const& c, wording const& w);
/// Not about an incident: "this is a test of channel slack".
letter plain_letter(notification_kind kind, std::string headline, std::string text, std::string english);

std::string to_json(letter const& l);
/// Nothing when it is none of ours.
std::optional<letter> letter_from(std::string_view json);

}  // namespace vendaval::monitor
