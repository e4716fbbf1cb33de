#pragma once
/// Exchanges for the monitor's tests, in virtual time.
#include <string>

#include "proxy/exchange.hpp"

namespace vendaval::test {

struct call {
  std::string bank = "itau";
  operation what = operation::retrieve;
  outcome result = outcome::ok;
  duration took = 100ms;
  bool injected = false;
};

inline call const failing{.result = outcome::institution_down};

/// Ends at `ended`. Every call has a request id of its own.
inline exchange ended_at(time_point ended, call const& c = {}) {
  static std::uint64_t next = 1'000'000;
  exchange x;
  x.institution = c.bank;
  x.what = c.what;
  x.result = c.result;
  x.counts = c.result == outcome::ok                                                 ? weight::good
             : c.result == outcome::client_error || c.result == outcome::client_gone ? weight::neither
                                                                                     : weight::bad;
  x.request = next++;
  x.arrived = ended - c.took;
  x.first_byte = x.ended = ended;
  x.injected = c.injected;
  if (c.injected) x.touched_by = {7};
  return x;
}

}  // namespace vendaval::test
