#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"

namespace vendaval::sandbox {

/// What an app has in its own database before it calls anybody: per bank, its links and the API's number for the bank.
struct bank_entry {
  std::string number;              // "/api/institutions/{number}/"; empty: ask for the list instead
  std::vector<std::string> links;  // UUIDs
};
using directory = std::map<std::string, bank_entry>;  // by institution code

/// Takes one page of GET /api/institutions/ or GET /api/links/ into the directory; banks not in `known` are left out.
/// Returns the target (path and query, whatever the host) of the next page, if there is one.
/// Throws std::runtime_error when the page is not one.
std::optional<std::string> learn_page(directory& into, institutions const& known, std::string_view body);

}  // namespace vendaval::sandbox
