#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace vendaval::dialects {

/// Belvo writes absolute `next` and `previous` URLs into its pages and its SDK follows them, with the credentials, past
/// any proxy. This changes the origin of those two members of the top-level object from `from` to `to` and leaves every
/// other byte as it was; nothing when there is nothing to change. Works on the text, because parsing and writing again
/// would change numbers, spacing and order. The scheme of `from` does not matter: a link to the same host by plain HTTP
/// would escape as well.
std::optional<std::string> rewrite_page_links(std::string_view body, std::string_view from, std::string_view to);

}  // namespace vendaval::dialects
