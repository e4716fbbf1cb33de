#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace vendaval::dialects {

/// JSON from outside: nothing when it is not valid, or nests deeper than any API here has reason to.
/// The value lives in `memory`.
std::optional<boost::json::value> parse_bounded(std::string_view text, boost::json::storage_ptr memory = {});
/// Would parse_bounded understand it? Keeps nothing of it, so it allocates nothing.
bool is_json(std::string_view text);
/// What a string says that stands so between its quotes in valid JSON.
std::string unescaped(std::string_view inside);

/// The member `key` if it is a text that is not empty.
std::optional<std::string_view> text_at(boost::json::object const& object, std::string_view key);
/// The member `key` if it is an object.
boost::json::object const* object_at(boost::json::object const& object, std::string_view key);

}  // namespace vendaval::dialects
