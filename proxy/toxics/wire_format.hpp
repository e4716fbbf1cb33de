#pragma once
/// Proxies and toxics as JSON: Toxiproxy's own keys in its order, and ours after them, only where they were asked for.
#include <expected>

#include "proxy/toxics/go_json.hpp"
#include "proxy/toxics/proxy_entry.hpp"

namespace vendaval::toxics {

/// Leases of toxics. A client that knows only Toxiproxy asks for none, and gets the usual one.
struct lease_limits {
  duration usual{1h}, longest{24h};
};

using problem = std::optional<refusal>;  // nothing: all is well

/// Everything of a new toxic but its attributes, with Toxiproxy's defaults. Its lease begins at `now`.
problem read_toxic(json::object const& body, lease_limits const& leases, time_point now, toxic& out);
/// What may change about one: toxicity, attributes, lease; which begins anew.
problem update_toxic(json::object const& body, lease_limits const& leases, time_point now, toxic& out);
/// Merges the attributes of `body` into those `out` has.
problem read_attributes(json::object const& body, attributes& out);

/// Whatever of a proxy `body` speaks of, but its toxics; the rest stays as it is.
problem read_proxy(json::object const& body, proxy_entry& out);

std::string show(toxic const& t);
/// Upstream's first, then downstream's, as Toxiproxy lists them.
std::string show_toxics(toxic_list const& all);
std::string show(proxy_entry const& p);
std::string show(refusal const& r);

}  // namespace vendaval::toxics
