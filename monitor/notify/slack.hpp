#pragma once
#include <string>
#include <string_view>

#include "monitor/notify/notification.hpp"

namespace vendaval::monitor {

/// The body of a Slack incoming webhook: `text` for the notification, `blocks` for the channel; within Slack's limits.
std::string slack_payload(incident_change const& c, wording const& w);
/// `&`, `<` and `>` as Slack wants them, cut to `limit` bytes on a character's edge.
std::string slack_escape(std::string_view text, std::size_t limit = 3000);

}  // namespace vendaval::monitor
