#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/institution.hpp"
#include "base/toml/reader.hpp"
#include "proxy/faults/armed.hpp"

namespace vendaval::faults {

/// What the reader of a fault must know from outside its table.
struct fault_surroundings {
  institutions const& banks;
  std::vector<std::string> error_codes;           // dialect.error_codes()
  std::vector<std::string> default_institutions;  // ids used when the table names none, e.g. the phase's target
  std::string label;                              // "s1-banco-fora/black-out/1"
  bool can_sign = true;                           // is there a CA for certificates that clients would trust?
};

/// One fault from its table; every mistake becomes a problem, and then there is no fault. Keys of every kind:
///   kind = "error"
///   institutions = ["itau"]               # code or alias
///   operations = ["retrieve", "link"]     # left out: every operation that names the institution
///   methods = ["POST"]                    # left out: all
///   paths = ["/api/accounts/*"]           # "*" stands for anything; left out: all
///   headers = { "X-Drill" = "1" }         # every one of them; "*" = whatever it says
///   clients = ["belvo-js*", "127.0.0.1"]  # User-Agent or address
///   probability = "30%"                   # left out: 100 %
///   per = "request"                       # what one throw of the dice decides: request, connection, client or link
///   per_second = 50                       # most effects in any second; left out: no cap
///   when = "before_upstream"              # or after_upstream: the bank has done its work
/// Faults of a TLS handshake know no request, so of these they have `clients` (addresses), `probability`, `per`
/// (connection or client) and `per_second`, and in place of `institutions`
///   server_names = ["belvo.staging.example"]   # that clients ask for (SNI); "*" = whatever, also none
/// at most one course over time:
///   wave = { on = "15s", off = "15s" }
///   ramp = { from = "5%", to = "40%", over = "5m" }    # shares of the probability
///   bursts = { enter = "2%", leave = "25%" }           # Gilbert–Elliott, per request of a client
///   first = 3                                          # of each client, then well
///   every = 10                                         # each 10th of each client
/// and the kind's own (its fields()). The caller calls in.finish().
std::optional<fault_template> read_fault(table_reader& in, fault_surroundings const& around);

}  // namespace vendaval::faults
