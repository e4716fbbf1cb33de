#include "proxy/dialects/bounded_json.hpp"

#include <boost/json.hpp>

namespace vendaval::dialects {

std::optional<boost::json::value> parse_bounded(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::json::error_code error;
  auto value = boost::json::parse(text, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

std::optional<std::string_view> text_at(boost::json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  auto const* text = value ? value->if_string() : nullptr;
  if (!text || text->empty()) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

boost::json::object const* object_at(boost::json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value ? value->if_object() : nullptr;
}

}  // namespace vendaval::dialects
