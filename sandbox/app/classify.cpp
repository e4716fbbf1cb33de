#include "sandbox/app/classify.hpp"

#include <boost/json.hpp>

namespace vendaval::sandbox {
namespace {

call_outcome of_400(std::string const& code) {
  if (code.starts_with("institution_")) return call_outcome::institution;
  if (code == "too_many_sessions") return call_outcome::contention;
  if (code == "operational_limits_reached") return call_outcome::quota;
  if (code == "invalid_link" || code == "unconfirmed_link" || code == "login_error" ||
      code.starts_with("session_expired"))
    return call_outcome::credentials;
  return call_outcome::client_error;
}

/// Cheap on purpose: a page of HTML or an empty body is what a bank in maintenance sends with a 200.
bool looks_like_json(std::string const& body) {
  auto const first = body.find_first_not_of(" \t\r\n");
  return first != std::string::npos && (body[first] == '{' || body[first] == '[');
}

}  // namespace

std::string error_code_of(std::string const& body) {
  boost::system::error_code error;
  auto const value = boost::json::parse(body, error);
  if (error || !value.is_array() || value.as_array().empty()) return {};
  auto const* first = value.as_array().front().if_object();
  auto const* code = first ? first->if_contains("code") : nullptr;
  return code && code->is_string() ? std::string(code->as_string()) : std::string{};
}

call_outcome classify(call_result const& r) {
  if (r.timed_out) return call_outcome::timeout;
  if (!r.answered) return call_outcome::network;
  if (r.status == 204) return call_outcome::ok;
  if (r.status >= 200 && r.status < 300) return looks_like_json(r.body) ? call_outcome::ok : call_outcome::invalid_body;
  switch (r.status) {
    case 400: return of_400(error_code_of(r.body));
    case 401: return call_outcome::credentials;
    case 403: return error_code_of(r.body).empty() ? call_outcome::throttled : call_outcome::client_error;
    case 404:
      return error_code_of(r.body) == "expired_credentials" ? call_outcome::credentials : call_outcome::client_error;
    case 408: return call_outcome::timeout;
    case 428: return call_outcome::mfa;
    case 429:
    case 529: return call_outcome::throttled;
    default: return r.status >= 500 ? call_outcome::server_error : call_outcome::client_error;
  }
}

verdict weigh(call_outcome o) {
  switch (o) {
    case call_outcome::ok: return verdict::good;
    case call_outcome::network:
    case call_outcome::timeout:
    case call_outcome::server_error:
    case call_outcome::institution: return verdict::bad;
    default: return verdict::neither;
  }
}

}  // namespace vendaval::sandbox
