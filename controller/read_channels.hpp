#pragma once
#include <string>
#include <vector>

#include "base/toml/reader.hpp"
#include "monitor/notify/channel.hpp"

namespace vendaval::controller {

/// A channel, and the files that hold its secrets where they do not stand in the configuration itself.
struct channel_settings {
  monitor::channel way;
  std::string token_file, drill_token_file;
};

/// Every [[channel]]. What is wrong is said to `root`, and never with a secret in it.
std::vector<channel_settings> read_channels(table_reader& root);

}  // namespace vendaval::controller
