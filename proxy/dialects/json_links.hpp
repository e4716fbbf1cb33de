#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vendaval::dialects {

/// Where an API writes absolute links to itself: the members' names, in the top-level object or in one within it.
struct link_places {
  std::string_view object;  // empty: the top-level object itself
  std::span<std::string_view const> members;
};

/// APIs write absolute URLs into their pages and their SDKs follow them, with the credentials, past any proxy. This
/// changes the origin of those members from `from` to `to` and leaves every other byte as it was; nothing when there is
/// nothing to change. Works on the text, because parsing and writing again would change numbers, spacing and order. The
/// scheme of `from` does not matter: a link to the same host by plain HTTP would escape as well.
std::optional<std::string> rewrite_links(std::string_view body, std::string_view from, std::string_view to,
                                         link_places const& where);

}  // namespace vendaval::dialects
