#include "controller/io/api_client.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "controller/io/token.hpp"

namespace vendaval::controller {
namespace {

/// What the server said went wrong, in its own words when it used them.
std::string reason(boost::json::value const& body, unsigned status) {
  if (auto const* object = body.if_object())
    if (auto const* message = object->if_contains("error"); message && message->is_string())
      return std::string(message->as_string());
  return fmt::format("the server answered {}", status);
}

}  // namespace

api_client::api_client(api_address address) : address_(std::move(address)), token_(read_token(address_.token_file)) {}

std::expected<boost::json::value, api_failure> api_client::get(std::string const& path) {
  outbound_request request;
  request.url = address_.url + path;
  return send(std::move(request));
}

std::expected<boost::json::value, api_failure> api_client::post(std::string const& path,
                                                                boost::json::value const& body) {
  outbound_request request;
  request.method = "POST";
  request.url = address_.url + path;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = boost::json::serialize(body);
  return send(std::move(request));
}

std::expected<boost::json::value, api_failure> api_client::send(outbound_request request) {
  if (!token_.empty()) request.headers.push_back({"Authorization", "Bearer " + token_.reveal()});
  request.body_limit = 64u << 20;
  auto const answer = calls_.call(std::move(request));
  if (!answer.error.empty())
    return std::unexpected(
        api_failure{0, fmt::format("no answer from vendaval at {} ({}). Is `vendaval up` running? Elsewhere: --api URL",
                                   address_.url, answer.error)});
  boost::system::error_code error;
  auto body = boost::json::parse(answer.body, error);
  if (error)
    return std::unexpected(api_failure{answer.status, fmt::format("{} does not answer like vendaval", address_.url)});
  if (answer.status >= 400) return std::unexpected(api_failure{answer.status, reason(body, answer.status)});
  return body;
}

}  // namespace vendaval::controller
