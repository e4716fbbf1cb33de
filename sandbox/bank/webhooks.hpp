#pragma once
/// What the sandbox bank tells the app unasked, with Belvo's fields. As with the real one, who waits for an answer is
/// told by the answer: webhooks are for what happens behind the app's back.
///   a link is made              ACCOUNTS, OWNERS and TRANSACTIONS: `historical_update`
///   an asynchronous retrieve    its resource: `historical_update`, under the request_id that its caller was given
///   a recurrent link's refresh  TRANSACTIONS: `new_transactions_available`
/// A bank that is down refreshes nothing: an outage is seen in the webhooks that stay away.
#include <string>
#include <string_view>
#include <vector>

#include "base/dice.hpp"
#include "base/time.hpp"

namespace vendaval::sandbox {

struct row;
struct store;

struct webhook {
  std::string institution;  // Belvo's name of the bank
  std::string body;         // JSON
};

std::vector<webhook> link_made(store const& all, row const& link, dice& d);
webhook retrieved(store const& all, row const& link, std::string_view resource, std::string const& request_id, dice& d);
webhook refreshed(row const& link, dice& d);

/// When links are refreshed: each one every so often, at a moment of its own that follows from its id.
class refresh_times {
 public:
  explicit refresh_times(duration every) : every_(every) {}  // 0: never
  /// Is a refresh of this link due in (from, to]?
  bool due(std::string_view link, time_point from, time_point to) const;

 private:
  duration every_;
};

}  // namespace vendaval::sandbox
