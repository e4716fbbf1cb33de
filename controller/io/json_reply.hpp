#pragma once
/// What every route of the API answers with, and reads.
#include <boost/json.hpp>
#include <optional>
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
