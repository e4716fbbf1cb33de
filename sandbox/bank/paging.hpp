#pragma once
#include <string>
#include <vector>

#include "base/http.hpp"
#include "sandbox/bank/store.hpp"

namespace vendaval::sandbox {

/// Does the row pass the list's filters: link, institution, account, id and their __in forms?
bool passes_filters(row const& r, http_request const& request);

/// One page {count, next, previous, results} of what the request asks for, with absolute URLs under `origin`
/// ("https://host:port"), as Belvo writes them. Empty when there is no such page.
std::optional<std::string> page_of(std::vector<boost::json::object const*> const& all, http_request const& request,
                                   std::string const& origin, unsigned page_size);

}  // namespace vendaval::sandbox
