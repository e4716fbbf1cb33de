#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "monitor/notify/letter.hpp"

namespace vendaval::monitor {

/// A message as Slack shows it: `text` for the notification, `blocks` for the channel; within Slack's limits.
boost::json::object slack_message(letter const& l);
/// `&`, `<` and `>` as Slack wants them, cut to `limit` bytes on a character's edge.
std::string slack_escape(std::string_view text, std::size_t limit = 3000);

}  // namespace vendaval::monitor
