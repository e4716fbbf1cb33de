#include "proxy/dialects/bounded_json.hpp"

#include <boost/json.hpp>

#include "proxy/dialects/json_walk.hpp"

namespace vendaval::dialects {
namespace {

namespace json = boost::json;

json::parse_options bounded() {
  json::parse_options options;
  options.max_depth = deepest_json;
  return options;
}

}  // namespace

std::optional<json::value> parse_bounded(std::string_view text, json::storage_ptr memory) {
  json::error_code error;
  auto value = json::parse(text, error, std::move(memory), bounded());
  if (error) return std::nullopt;
  return value;
}

bool is_json(std::string_view text) {
  json_visitor nobody;
  return json_walk(text, nobody).run();
}

std::string unescaped(std::string_view inside) {
  if (inside.find('\\') == std::string_view::npos) return std::string(inside);
  auto const value = parse_bounded('"' + std::string(inside) + '"');
  auto const* text = value ? value->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
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
