#include "sandbox/bank/errors.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace vendaval::sandbox {
namespace errors {

bank_error required(std::string field) { return {400, "required", "This field is required.", std::move(field)}; }
bank_error null(std::string field) { return {400, "null", "This field may not be null.", std::move(field)}; }
bank_error invalid(std::string field, std::string message) {
  return {400, "invalid", std::move(message), std::move(field)};
}
bank_error does_not_exist(std::string field, std::string_view key, std::string_view value) {
  return {400, "does_not_exist", fmt::format("Object with {}={} does not exist.", key, value), std::move(field)};
}
bank_error parse_error() { return {400, "parse_error", "JSON parse error: the body is not a JSON object", {}}; }
bank_error authentication_failed() { return {401, "authentication_failed", "Invalid Secret Keys", {}}; }
bank_error token_not_valid() { return {401, "token_not_valid", "Token is invalid or expired", {}}; }
bank_error not_found() { return {404, "not_found", "Not found.", {}}; }
bank_error invalid_page() { return {404, "not_found", "Invalid page.", {}}; }
bank_error method_not_allowed(std::string_view method) {
  return {405, "method_not_allowed", fmt::format("Method \"{}\" not allowed.", method), {}};
}
bank_error institution_down() {
  return {400, "institution_down", "The financial institution is down, try again later", {}};
}
bank_error invalid_link() {
  return {400, "invalid_link", "The link has been invalidated. You may need to update link credentials", {}};
}
bank_error session_expired() {
  return {400,
          "session_expired",
          "The session you are trying to resume has expired, please start again from register/retrieve endpoint",
          {}};
}
bank_error unexpected_error() {
  return {
      500,
      "unexpected_error",
      "Belvo is unable to process the request due to an internal system issue or to an unsupported response from an "
      "institution",
      {}};
}

}  // namespace errors

http_response error_answer(std::vector<bank_error> const& all, dice& d) {
  boost::json::array body;
  auto const request_id = hex32(d);
  for (auto const& error : all) {
    boost::json::object entry{{"code", error.code}, {"message", error.message}, {"request_id", request_id}};
    if (!error.field.empty()) entry["field"] = error.field;
    body.push_back(std::move(entry));
  }
  http_response answer;
  answer.status = all.front().status;
  answer.body = boost::json::serialize(body);
  return answer;
}

http_response error_answer(bank_error const& one, dice& d) { return error_answer(std::vector{one}, d); }

http_response throttle_page() {
  http_response answer;
  answer.status = 403;
  answer.content_type = "text/html";
  answer.body =
      "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n"
      "<hr><center>openresty/1.15.8.2</center>\r\n</body>\r\n</html>\r\n";
  return answer;
}

}  // namespace vendaval::sandbox
