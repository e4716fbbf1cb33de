#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http.hpp"
#include "sandbox/bank/store.hpp"

namespace vendaval::sandbox {

/// A list's filters, read once per request: link, institution, account, id and their __in forms.
class list_filter {
 public:
  explicit list_filter(http_request const& request);
  bool passes(row const& r) const;

 private:
  struct wish {
    explicit wish(http_request const& request, std::string const& key);
    bool matches(std::string_view value) const;
    std::optional<std::string> is, is_in;
  };
  wish link_, institution_, account_, id_;
};

/// One page {count, next, previous, results} of what the request asks for, with absolute URLs under `origin`
/// ("https://host:port"), as Belvo writes them. Empty when there is no such page.
std::optional<std::string> page_of(std::vector<boost::json::object const*> const& all, http_request const& request,
                                   std::string const& origin, unsigned page_size);

}  // namespace vendaval::sandbox
