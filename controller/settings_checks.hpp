#pragma once
/// What several tables of vendaval.toml have in common.
#include <optional>
#include <string>
#include <string_view>

#include "base/toml/reader.hpp"

namespace vendaval::controller {

struct web_address {
  std::string scheme, host;  // lower case; the host without port
};
/// An http or https address without user name and password.
std::optional<web_address> parse_web(std::string_view text);
/// May credentials be sent there? Over TLS, or to this machine itself.
bool safe(web_address const&);

/// Complains unless `certificate` and `key` come together.
void check_pair(table_reader&);

}  // namespace vendaval::controller
