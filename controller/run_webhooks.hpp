#pragma once
/// What became of webhooks in a run: taken from the counts of the data path, and kept in the journal.
#include <boost/json/value.hpp>

#include <optional>
#include <string_view>

#include "controller/record.hpp"
#include "controller/scenario.hpp"

namespace vendaval::controller {

/// Adds what is new in `seen` since `known`, which becomes it, to the moment in which it was seen.
void add_fresh(webhook_record& into, webhooks_by_bank& known, webhooks_by_bank const& seen, moment when,
               std::string_view target);

/// null for none.
boost::json::value write_webhooks(std::optional<webhook_record> const& webhooks);
/// Throws what Boost.JSON throws when it is not what write_webhooks() wrote.
std::optional<webhook_record> read_webhooks(boost::json::value const& value);

}  // namespace vendaval::controller
