#pragma once
#include <string>
#include <string_view>
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

/// Names in the `channels` of each [[key]] that nobody has configured. `named`: what was read there, in order.
void check_channels(table_reader& root, std::string_view key, std::vector<std::vector<std::string>> const& named,
                    std::vector<channel_settings> const& known);

}  // namespace vendaval::controller
