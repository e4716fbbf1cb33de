#include "proxy/exchange.hpp"

namespace vendaval {

weight usual_weight(outcome result) {
  switch (result) {
    case outcome::ok:
    case outcome::mfa: return weight::good;  // the bank answered, and asks its customer for the second factor
    case outcome::institution_down:
    case outcome::timeout:
    case outcome::upstream_5xx:
    case outcome::network:
    case outcome::upstream_invalid:
    case outcome::invalid_body:
    case outcome::client_gave_up: return weight::bad;
    case outcome::client_error:
    case outcome::auth_platform:  // our keys: every bank at once, none of them at fault
    case outcome::auth_user:
    case outcome::quota:
    case outcome::throttled:
    case outcome::contention:
    case outcome::client_gone: return weight::neither;
  }
  return weight::neither;
}

}  // namespace vendaval
