#include "proxy/dialects/bounded_json.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

namespace vendaval::dialects {
namespace {

namespace json = boost::json;

json::parse_options bounded() {
  json::parse_options options;
  options.max_depth = 32;
  return options;
}

/// Takes whatever the parser finds, and keeps none of it.
struct heedless {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1), max_array_size = max_object_size,
                               max_key_size = max_object_size, max_string_size = max_object_size;
  using error = json::error_code;
  bool on_document_begin(error&) { return true; }
  bool on_document_end(error&) { return true; }
  bool on_object_begin(error&) { return true; }
  bool on_object_end(std::size_t, error&) { return true; }
  bool on_array_begin(error&) { return true; }
  bool on_array_end(std::size_t, error&) { return true; }
  bool on_key_part(json::string_view, std::size_t, error&) { return true; }
  bool on_key(json::string_view, std::size_t, error&) { return true; }
  bool on_string_part(json::string_view, std::size_t, error&) { return true; }
  bool on_string(json::string_view, std::size_t, error&) { return true; }
  bool on_number_part(json::string_view, error&) { return true; }
  bool on_int64(std::int64_t, json::string_view, error&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, error&) { return true; }
  bool on_double(double, json::string_view, error&) { return true; }
  bool on_bool(bool, error&) { return true; }
  bool on_null(error&) { return true; }
  bool on_comment_part(json::string_view, error&) { return true; }
  bool on_comment(json::string_view, error&) { return true; }
};

}  // namespace

std::optional<json::value> parse_bounded(std::string_view text, json::storage_ptr memory) {
  json::error_code error;
  auto value = json::parse(text, error, std::move(memory), bounded());
  if (error) return std::nullopt;
  return value;
}

bool is_json(std::string_view text) {
  json::basic_parser<heedless> parser(bounded());
  json::error_code error;
  auto const taken = parser.write_some(false, text.data(), text.size(), error);
  return !error && text.find_first_not_of(" \t\r\n", taken) == std::string_view::npos;
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
