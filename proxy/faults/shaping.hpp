#pragma once
/// What every fault kind works with. A kind is a struct with
///   static constexpr std::string_view name, about;   // the word in TOML; one sentence for the reference page
///   static constexpr peers elsewhere;                // what others call it
///   static constexpr reach acts;                     // where on a request's way it can act
///   static void fields(Self&, Visit&&);              // its keys, each with its meaning and bounds
///   bool ends() const;                               // may it end the request itself, in place of the upstream?
///   void check(fault_checks&) const;                 // what one field alone cannot tell
///   bool random() const;                             // does shape() draw from the dice?
///   bool shape(plan&, shaping_context&) const;       // true when it touched the plan
/// shape() reads no clock, logs nothing, touches no socket. If it throws, the request passes through (S24).
/// A kind that remembers keys (shaping_context::seen) says so: static constexpr bool remembers = true.
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/dice.hpp"
#include "base/units.hpp"
#include "proxy/faults/error_shapes.hpp"
#include "proxy/faults/memory.hpp"
#include "proxy/faults/plan.hpp"
#include "proxy/faults/request_facts.hpp"

namespace vendaval::faults {

/// What the kind is called in Toxiproxy, Envoy and WireMock; "-" where they have none.
struct peers {
  std::string_view toxiproxy, envoy, wiremock;
};

/// On the way there, on either way (the fault's `when` chooses), on the bytes of the answer; or on no request at all,
/// but on the handshake before it (faults/handshake.hpp) or on the API's webhooks (faults/webhook.hpp).
enum class reach : std::uint8_t { before_upstream, either, answer, handshake, webhook };

/// What a key means, for the reference page; readers of TOML pass over it.
struct meaning {
  std::string_view text;
};

struct shaping_context {
  dice& roll;  // keyed by the fault and the request: same traffic, same draws
  time_point now;
  error_shapes const& shapes;  // how the API in front of us writes its errors
  memory& mine;                // this armed fault's own, shared by all data threads
  request_facts const& request;
  time_point armed;   // when the fault was
  timeline calendar;  // for windows that follow the clock on the wall

  first_seen& seen() const {
    if (!mine.seen) throw std::logic_error("this kind of fault was not given a memory for keys");
    return *mine.seen;
  }
};

/// What a kind may ask, and say, when its table has been read.
struct fault_checks {
  std::function<bool(std::string_view key)> given;
  std::function<void(std::string_view key, std::string what, std::string help)> fail;
  std::function<void(std::string_view key, std::size_t index, std::string what, std::string help)> fail_at;
  std::span<std::string const> error_codes;  // that the dialect can answer
  bool can_sign = true;                      // is there a CA for certificates that clients would trust?
};

/// The longest that one fault may hold a request; Belvo itself gives up after five minutes.
inline constexpr duration longest_hold = 10min;

/// Adds holds up without passing `until_lifted`.
constexpr duration together(duration a, duration b) { return a > until_lifted - b ? until_lifted : a + b; }

/// A log-normal draw from the two percentiles people know: half of the draws lie below p50, 99 % below p99.
/// Never more than longest_hold. p50 itself, without a draw, when p99 is not above it.
duration lognormal(dice& roll, duration p50, duration p99);

/// One of `count` things by its share; alike when there are no shares. Shares add up to 100 %.
std::size_t pick(dice& roll, std::size_t count, std::span<percent const> shares);
/// Complains unless there are no shares, or one for each of `count` things, together 100 %.
void check_shares(fault_checks& checks, std::span<percent const> shares, std::size_t count, std::string_view of_what);
/// Complains about every code that the dialect does not know.
void check_codes(fault_checks& checks, std::string_view key, std::span<std::string const> codes);
/// The same for a key that holds a single one.
void check_code(fault_checks& checks, std::string_view key, std::string const& code);

/// An answer of the dialect's; throws std::logic_error when it has none, so that the request passes through.
plan::answer said(shaping_context& context, std::string_view code);

}  // namespace vendaval::faults
