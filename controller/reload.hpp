#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace vendaval::controller {

/// The keys ("storage.url") that differ between two sound configurations and that only a restart can take over. What is
/// taken over while everything runs: [limits], and the certificates and trust of [proxy] and [upstream].
std::vector<std::string> keys_that_need_a_restart(std::string_view before, std::string_view after);

}  // namespace vendaval::controller
