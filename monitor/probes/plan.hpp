#pragma once
/// Calls of our own, so that a bank's outage is also seen when nobody calls: on a quiet night, or behind a breaker that
/// is open. They take the app's way, through the proxy, and are counted apart from everything the app does.
///   [probes]
///   url = "https://localhost:8443"        # the proxy, as the app reaches it
///   every = "30s"                         # each bank's turn comes this often
///   authorization_file = "/etc/vendaval/probe.auth"   # the whole value of the header
///   [[probes.call]]
///   institution = "itau"
///   path = "/api/accounts/?link=…"        # a call that makes the API talk to this bank
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/alerts/rule.hpp"
#include "monitor/traffic/traffic.hpp"

namespace vendaval::monitor {

struct probe_call {
  std::string institution, method = "GET", path, body;
};

struct probe_settings {
  std::string url, ca_file, authorization_file;
  duration every = 30s;
  std::vector<probe_call> calls;
};

/// The API refuses more than 80 requests in 30 s from one address: ours take a tenth of that at most.
inline constexpr std::uint32_t most_in_half_a_minute = 8;

/// The first of three failures must still be known when the third has come, which may hang for as long as it is
/// allowed.
inline constexpr duration shortest_pause = 5s, longest_pause = 5min;
static_assert(3 * longest_pause < traffic::usually_kept - 1s);

/// Three failures in a row, and the bank is down; one good answer, and it is not.
rule probe_rule(std::vector<rule> const& rules, duration every);
inline constexpr std::string_view probe_rule_name = "probes_failed";

/// The name by which the proxy tells our calls from the app's (base/client_of.hpp), and which nobody else can know:
/// `secret` is this process's own.
std::string probe_agent(std::uint64_t secret);

/// Whose turn it is: every call once in `every`, spread evenly.
class probe_plan {
 public:
  probe_plan(std::size_t calls, duration every) : count_(calls), every_(every) {}
  /// The places of the calls that are due now; what was slept through is not made up for.
  std::vector<std::size_t> due(time_point now);

 private:
  std::size_t count_;
  duration every_;
  std::vector<time_point> next_;
};

}  // namespace vendaval::monitor
