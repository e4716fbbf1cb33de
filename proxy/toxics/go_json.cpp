#include "proxy/toxics/go_json.hpp"

#include <fmt/format.h>

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include "base/ascii.hpp"

namespace vendaval::toxics {
namespace {

std::string_view kind_of(json::value const& v) {
  if (v.is_string()) return "string";
  if (v.is_bool()) return "bool";
  if (v.is_object()) return "object";
  if (v.is_array()) return "array";
  return "number";
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Where boost stopped is where Go stops; which of its phrases Go would choose there, clients cannot tell us, so only
/// the commonest are told apart.
std::string complaint(std::string_view body, std::size_t at) {
  auto const c = body[std::min(at, body.size() - 1)];
  auto before = at;
  while (before > 0 && blank(body[before - 1])) --before;
  auto const last = before == 0 ? '\0' : body[before - 1];
  auto const where = last == '\0' || last == ':' || last == '[' || last == ',' ? "looking for beginning of value"
                     : last == '{' ? "looking for beginning of object key string"
                                   : "where it does not belong";
  auto const shown = c > ' ' && c <= '~' ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return fmt::format("invalid character '{}' {}", shown, where);
}

}  // namespace

std::expected<json::value, std::string> parse_body(std::string_view body) {
  std::size_t start = 0;
  while (start < body.size() && blank(body[start])) ++start;
  if (start == body.size()) return std::unexpected("EOF");
  json::stream_parser parser;
  boost::system::error_code error;
  auto const read = parser.write_some(body.data(), body.size(), error);
  if (error) return std::unexpected(complaint(body, std::max(read, start)));
  auto const surplus = body.find_first_not_of(" \t\r\n", read);
  if (parser.done() && surplus != std::string_view::npos) return std::unexpected(complaint(body, surplus));
  parser.finish(error);
  if (error) return std::unexpected("unexpected EOF");
  return parser.release();
}

std::string wrong_root(json::value const& got, std::string_view wanted) {
  return fmt::format("json: cannot unmarshal {} into Go value of type {}", kind_of(got), wanted);
}

json::value const* member(json::object const& from, std::string_view name) {
  json::value const* found = from.if_contains(name);
  if (!found)
    for (auto const& [key, value] : from)
      if (same_name(key, name)) found = &value;
  return found && !found->is_null() ? found : nullptr;
}

void go_fields::complain(std::string_view name, json::value const& got, std::string_view wanted) {
  if (!error_.empty()) return;
  std::string kind(kind_of(got));
  if (got.is_double() && wanted == "int64") kind += fmt::format(" {}", got.get_double());
  error_ = fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}", kind, place_, name, wanted);
}

void go_fields::operator()(std::string_view name, std::string& value) {
  auto const* const got = member(from_, name);
  if (!got) return;
  if (!got->is_string()) return complain(name, *got, "string");
  value = std::string(got->get_string());
}

void go_fields::operator()(std::string_view name, bool& value) {
  auto const* const got = member(from_, name);
  if (!got) return;
  if (!got->is_bool()) return complain(name, *got, "bool");
  value = got->get_bool();
}

void go_fields::operator()(std::string_view name, std::int64_t& value) {
  auto const* const got = member(from_, name);
  if (!got) return;
  if (!got->is_int64()) return complain(name, *got, "int64");
  value = got->get_int64();
}

void go_fields::operator()(std::string_view name, double& value) {
  auto const* const got = member(from_, name);
  if (!got) return;
  if (!got->is_number()) return complain(name, *got, "float64");
  value = got->to_number<double>();
}

json::object const* go_fields::object(std::string_view name) {
  auto const* const got = member(from_, name);
  if (!got) return nullptr;
  if (got->is_object()) return &got->get_object();
  complain(name, *got, "object");
  return nullptr;
}

std::string quoted(std::string_view text) { return json::serialize(json::value(text)); }

}  // namespace vendaval::toxics
