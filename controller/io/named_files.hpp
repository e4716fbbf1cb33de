#pragma once
/// The files that a configuration names: tokens, CAs, certificates. What is wrong with them is not in its text.
#include <string>
#include <vector>

#include "base/redact.hpp"
#include "base/toml/problem.hpp"
#include "controller/settings.hpp"

namespace vendaval::controller {

/// The channel's secrets, from their files where they stand in one. Throws std::runtime_error that names the channel
/// when a file cannot be read or holds none.
monitor::channel with_secrets(channel_settings const& c);

/// The token of the API; empty when none is asked for. Throws when it is too short to be one.
secret token_of_api(settings const& s);

/// Every file that cannot be read or does not hold what it should.
problems unusable_files(settings const& s, std::string const& config_file);

}  // namespace vendaval::controller
