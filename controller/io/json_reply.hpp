#pragma once
/// What every route of the API answers with, and reads.
#include <boost/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/http.hpp"

namespace vendaval::controller {

inline http_response reply(unsigned status, boost::json::value const& body) {
  http_response result;
  result.status = status;
  result.body = boost::json::serialize(body);
  result.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return result;
}

inline http_response refused(unsigned status, std::string const& why) {
  return reply(status, boost::json::object{{"error", why}});
}

/// 405, and which methods the path knows: "GET, POST".
http_response wrong_method(std::string_view accepted);

/// A member of a body whose members are all texts.
struct text_key {
  std::string_view name, example;
};
/// Which member of such a body is unknown or no text, and what is accepted; nothing when none is.
std::optional<std::string> objection(boost::json::object const& body, std::span<text_key const> keys);

/// A member of a JSON body, when it is text; else "".
inline std::string text_of(boost::json::object const& body, std::string_view key) {
  auto const* value = body.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

/// Nothing when the body is no JSON object. An empty one is an empty object.
inline std::optional<boost::json::object> body_of(http_request const& request) {
  boost::system::error_code wrong;
  auto value = boost::json::parse(request.body.empty() ? "{}" : request.body, wrong);
  if (wrong || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

}  // namespace vendaval::controller
