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

/// Puts another value in the place of the member `member` of every element of the array that is the member `list` of
/// the top-level object, or of that object itself when it has no such array: the JSON that `value` makes of the
/// element's text, if it makes any. Every other byte stays as it is; nothing when nothing changes.
std::optional<std::string> set_members(std::string_view body, std::string_view list, std::string_view member,
                                       std::function<std::optional<std::string>(std::string_view item)> const& value);

}  // namespace vendaval::dialects
