#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/faults/plan.hpp"

namespace vendaval::faults {

/// The body with these changes made, in their order; nothing when it is not JSON or no change found its place.
/// `own_url` is where the page that is being answered was asked for.
std::optional<std::string> edit_json(std::string_view body, std::span<json_edit const> edits, std::string_view own_url);

}  // namespace vendaval::faults
