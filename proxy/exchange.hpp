#pragma once
/// What the proxy reports of each request. The monitor knows the proxy only through this file and the fault vocabulary.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vendaval::faults {
struct decision;
}

namespace vendaval {

/// What a request asks of the API. Only `link` and `retrieve` make the aggregator talk to the bank.
enum class operation : std::uint8_t { link, retrieve, read, token, meta };
inline constexpr std::array<std::string_view, 5> operation_names{"link", "retrieve", "read", "token", "meta"};

enum class outcome : std::uint8_t {
  ok,
  client_error,
  institution_down,
  auth_platform,
  auth_user,
  mfa,
  quota,
  throttled,
  contention,
  timeout,
  upstream_5xx,
  network,
  upstream_invalid,
  invalid_body,
  client_gone,    // it left in the middle of its answer, or we cut it off
  client_gave_up  // it left before any answer came, as an app does whose own time limit is up
};
inline constexpr std::array<std::string_view, 16> outcome_names{"ok",
                                                                "client_error",
                                                                "institution_down",
                                                                "auth_platform",
                                                                "auth_user",
                                                                "mfa",
                                                                "quota",
                                                                "throttled",
                                                                "contention",
                                                                "timeout",
                                                                "upstream_5xx",
                                                                "network",
                                                                "upstream_invalid",
                                                                "invalid_body",
                                                                "client_gone",
                                                                "client_gave_up"};

inline std::string_view name_of(operation o) { return operation_names[static_cast<std::size_t>(o)]; }
inline std::string_view name_of(outcome o) { return outcome_names[static_cast<std::size_t>(o)]; }

/// How a result weighs on a bank: `bad` counts against its success rate, `good` for it, `neither` is left out.
enum class weight : std::uint8_t { good, bad, neither };

/// How a result weighs unless a dialect knows better. A client that left before any answer came gave up waiting; one
/// that left in the middle of an answer may have had enough of it: only the first says something about the bank.
weight usual_weight(outcome result);

/// The code of an error answer in whose body the dialect knows none.
inline constexpr std::string_view other_code = "other";

/// One request, from its first byte to the last byte of its answer.
struct exchange {
  std::string institution;  // a bank's id, "global" or "unknown"
  operation what = operation::meta;
  outcome result = outcome::ok;
  weight counts = weight::good;                     // from the dialect's table
  std::string code;                                 // the API's own error code, or "other"; never free text
  unsigned status = 0;                              // as sent to the client; 0 when no answer was sent
  std::uint64_t client = 0;                         // hash of the client instance
  std::uint64_t request = 0;                        // unique within this process
  time_point arrived{}, first_byte{}, ended{};      // first_byte == time_point{} when no answer was sent
  std::vector<std::uint64_t> touched_by;            // ids of the armed faults that fired on it, in order
  bool injected = false;                            // the outcome is a fault's doing: never the bank's failure
  std::shared_ptr<faults::decision const> decided;  // when an armed fault had it in reach
  /// Tells a request that changes something from every other: equal bytes, equal number; means nothing outside this
  /// process. 0 for one that changes nothing, that carries an Idempotency-Key, or whose body was not held.
  std::uint64_t write = 0;
  bool answer_lost = false;  // the API answered 2xx, and the client never had that answer in whole
  bool tunnel = false;       // CONNECT or WebSocket: how long it lasted says nothing about the bank
};

/// How long the caller waited: for the whole answer, or for a tunnel to open.
inline duration waited(exchange const& x) { return (x.tunnel ? x.first_byte : x.ended) - x.arrived; }

/// A request that has not ended yet.
struct flight {
  std::string institution;
  operation what = operation::meta;
  time_point arrived{};
  std::uint64_t request = 0;
  bool held = false;         // a fault is holding it
  bool tunnel = false;       // it is open and carries bytes: its age is no delay
  std::uint64_t client = 0;  // as in its exchange; 0 while its head is still coming in
};

}  // namespace vendaval
