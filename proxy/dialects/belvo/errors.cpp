#include "proxy/dialects/belvo/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proxy/dialects/url.hpp"
#include "proxy/faults/error_shapes.hpp"

namespace vendaval::dialects::belvo_errors {
namespace {

using enum outcome;

constexpr std::string_view internal_issue =
    "Belvo is unable to process the request due to an internal system issue or to an unsupported response from an "
    "institution";

constexpr std::array catalogue{
    entry{400, "institution_down", "The financial institution is down, try again later", institution_down, ""},
    entry{400, "institution_unavailable", "The financial institution is unavailable", institution_down, ""},
    entry{400, "institution_inactive", "The institution has been temporarily deactivated", institution_down, ""},
    entry{400, "unavailable_data", "The institution did not return any data for the request.", institution_down, ""},
    entry{400, "login_error", "Invalid credentials provided to login to the institution", auth_user, ""},
    entry{400, "login_error",
          "Impossible to login, something unexpected happened while logging into the institution. Try again later.",
          institution_down, "", "login_error_unexpected"},
    entry{400, "login_error", "The user account is locked, user needs to contact the institution to unlock it",
          auth_user, "", "login_error_locked"},
    entry{400, "invalid_link", "The link has been invalidated. You may need to update link credentials", auth_user, ""},
    entry{400, "unconfirmed_link", "The link creation has not been completed yet", auth_user, ""},
    entry{400, "session_expired",
          "The session you are trying to resume has expired, please start again from register/retrieve endpoint",
          auth_user, ""},
    entry{400, "session_expired_ob", "", auth_user, ""},
    entry{400, "too_many_sessions",
          "Impossible to login, a session is already opened with the institution for these credentials", contention,
          ""},
    entry{400, "operational_limits_reached", "The institution has reached its operational limits", quota, ""},
    entry{400, "unsupported_operation", "The resource you are trying to access is not supported by this institution",
          client_error, ""},
    entry{400, "validation_error", "Bad request", client_error, ""},
    entry{400, "required", "This field is required.", client_error, "link"},
    entry{400, "null", "This field may not be null.", client_error, "link"},
    entry{400, "blank", "This field may not be blank.", client_error, "link"},
    entry{400, "invalid", "Not a valid value.", client_error, "link"},
    entry{400, "parse_error", "JSON parse error", client_error, ""},
    entry{400, "does_not_exist", "Object with name=narnia does not exist.", client_error, "institution"},
    entry{400, "duplicated", "Link already exists", client_error, ""},
    entry{401, "authentication_failed", "Invalid Secret Keys", auth_platform, ""},
    entry{401, "consent_without_accounts", "Information cannot be retrieved as the consent has no associated accounts",
          auth_user, ""},
    entry{403, "permission_denied", "", client_error, ""},
    entry{403, "access_to_production_denied", "You don’t have access to production API.", client_error, ""},
    entry{403, "quota_limit_reached", "The quota limit has been reached.", quota, ""},
    entry{404, "not_found", "Not found.", client_error, ""},
    entry{404, "expired_credentials", "The credentials of this link have expired", auth_user, ""},
    entry{405, "method_not_allowed", "Method \\\"PATCH\\\" not allowed.", client_error, ""},
    entry{408, "request_timeout",
          "The request timed out, you can retry asking for less data by changing your query parameters", timeout, ""},
    entry{428, "token_required", "A MFA token is required by the institution to login", mfa, ""},
    entry{428, "activation_required", "This user doesn't have web access activated yet.", mfa, ""},
    entry{500, "unexpected_error", internal_issue, upstream_5xx, ""},
    entry{500, "service_unavailable", internal_issue, upstream_5xx, ""},
    entry{429, faults::throttled_json, "Request was throttled.", throttled, ""},
    entry{503, faults::exhausted_json, "Service temporarily unavailable", upstream_5xx, ""},
    entry{529, faults::overloaded_json, "The service is overloaded", throttled, ""},
};

faults::plan::answer edge_throttle() {
  return {.status = 403,
          .code = {},
          .content_type = "text/html",
          .body =
              "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>"
              "\r\n<hr><center>openresty/1.15.8.2</center>\r\n</body>\r\n</html>\r\n",
          .headers = {{"Server", "openresty/1.15.8.2"}}};
}

/// What a 428 adds. The session is the request_id's, because it only has to be unique.
std::string mfa_fields(std::string_view code, std::string_view request_id) {
  if (code != "token_required") return {};
  return fmt::format(
      R"(,"session":"{}","expiry":60,"link":null,"token_generation_data":)"
      R"({{"instructions":"Use this code to generate the token","type":"numeric","value":"","expects_user_input":true}})",
      request_id);
}

}  // namespace

std::span<entry const> all() { return catalogue; }

entry const* find(std::string_view code) {
  auto const found = std::ranges::find(catalogue, code, &entry::code);
  return found == catalogue.end() ? nullptr : &*found;
}

std::optional<faults::plan::answer> answer(std::string_view word, std::string_view request_id) {
  if (word == faults::throttled_html) return edge_throttle();
  auto const known = std::ranges::find(catalogue, word, &entry::word);
  if (known == catalogue.end()) return std::nullopt;
  auto const code = known->code;
  auto const message = known->message.empty() ? "" : fmt::format(R"("message":"{}",)", known->message);
  auto const field = known->field.empty() ? "" : fmt::format(R"(,"field":"{}")", known->field);
  return faults::plan::answer{.status = known->status,
                              .code = std::string(code),
                              .content_type = "application/json",
                              .body = fmt::format(R"([{{"code":"{}",{}"request_id":"{}"{}{}}}])", code, message,
                                                  request_id, field, mfa_fields(code, request_id)),
                              .headers = {}};
}

outcome meaning_of_login_error(std::string_view message) {
  bool const banks_fault = contains_word(message, "something unexpected") || contains_word(message, "try again later");
  return banks_fault ? institution_down : auth_user;
}

}  // namespace vendaval::dialects::belvo_errors
