#pragma once
/// What any HTTP API has in common, for dialects to build on.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/dialects/table.hpp"

namespace vendaval::dialects {

/// The bank a request is for, where an API says so by address: a header that names it, else the place that fits.
class address_book {
 public:
  explicit address_book(dialect_settings const& s) : banks_(s.banks), header_(s.header), places_(s.places) {}
  /// Nothing when no place fits: traffic of no bank. A header that names no bank of ours: "unknown".
  std::optional<std::string> bank_of(request_view const& request) const;

 private:
  institutions banks_;
  std::string header_;
  std::vector<place> places_;
};

/// The path with everything replaced that could be an id or a name: "/accounts/v2/accounts/{id}/balances/".
std::string safe_route(std::string_view path);

/// What an edge in front of an API answers to those who ask too much.
faults::plan::answer forbidden_page();

}  // namespace vendaval::dialects
