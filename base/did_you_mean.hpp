#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vendaval {

/// The candidate most like `typed`, if it is near enough to be a slip of the hand.
std::optional<std::string> did_you_mean(std::string_view typed, std::span<std::string const> candidates);

}  // namespace vendaval
