#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vendaval::dialects {

/// Takes elements out of the array that is the member `list` of the top-level object: those for whose text `out` says
/// so. The result is as good JSON as `body` was and every byte that stays is as it was (so a count beside the list
/// still counts what the bank had); nothing when no element goes.
std::optional<std::string> remove_items(std::string_view body, std::string_view list,
                                        std::function<bool(std::string_view item)> const& out);

}  // namespace vendaval::dialects
