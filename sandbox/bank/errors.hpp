#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/dice.hpp"
#include "base/http.hpp"

namespace vendaval::sandbox {

/// One entry of Belvo's error catalogue as it appears on the wire. `field` only in complaints about a field.
struct bank_error {
  unsigned status = 400;
  std::string code, message, field;
};

namespace errors {
bank_error required(std::string field);
bank_error null(std::string field);
bank_error invalid(std::string field, std::string message);
bank_error does_not_exist(std::string field, std::string_view key, std::string_view value);
bank_error parse_error();
bank_error authentication_failed();
bank_error token_not_valid();
bank_error not_found();
bank_error invalid_page();
bank_error method_not_allowed(std::string_view method);
bank_error institution_down();
bank_error invalid_link();
bank_error session_expired();
bank_error unexpected_error();
}  // namespace errors

/// Belvo's shape: a JSON array, each entry with a request_id; all entries share the status of the first.
http_response error_answer(std::vector<bank_error> const& all, dice& d);
http_response error_answer(bank_error const& one, dice& d);

/// What the front of the real API sends when one address asks too much: not JSON, a page of HTML.
http_response throttle_page();

}  // namespace vendaval::sandbox
