#pragma once
#include <string>

#include "sandbox/app/breaker.hpp"
#include "sandbox/app/settings.hpp"

namespace vendaval::sandbox {

/// What came back from one call.
struct call_result {
  bool answered = false;   // an HTTP answer came whole
  bool timed_out = false;  // our own patience ended
  unsigned status = 0;
  std::string body;
};

/// The outcome of a call, by status and the JSON code in the body.
call_outcome classify(call_result const& r);

/// Network, timeout, 5xx and institution_* count against the bank; keys, consent, quota, our own rate and an answer
/// that is not JSON say nothing about it.
verdict weigh(call_outcome o);

/// The "code" of the first error in Belvo's array; empty when the body is no such thing.
std::string error_code_of(std::string const& body);

}  // namespace vendaval::sandbox
