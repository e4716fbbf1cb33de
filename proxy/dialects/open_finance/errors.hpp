#pragma once
/// Open Finance Brasil's errors: what we write, and what each says of a bank. Sources: common 2.0.1 (the shape and the
/// statuses), consents 3 (the codes of its 422), discovery 2 (the words for an outage).
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/exchange.hpp"

namespace vendaval::dialects::open_finance_errors {

struct entry {
  unsigned status;
  std::string_view code;
  std::string_view title;
  outcome result;
};

std::span<entry const> all();
entry const* find(std::string_view code);
/// The entry that stands for a status of which nothing better is known; null when there is none.
entry const* of_status(unsigned status);

/// Without a code that we know: 5xx are the bank's, 4xx mostly the caller's.
outcome outcome_of(unsigned status);

/// {"errors":[{code,title,detail}],"meta":{"requestDateTime"}}; `when` as in "2026-01-11T04:00:00Z".
std::string body(std::string_view code, std::string_view title, std::string_view when);
/// The code of the first of the errors in a body; empty when it is none of ours.
std::string_view code_in(std::string_view body);

}  // namespace vendaval::dialects::open_finance_errors
