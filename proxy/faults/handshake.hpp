#pragma once
/// Faults of a TLS handshake. They are decided once per connection, when the client has said hello and before any
/// request is read, so all they can go by is the name it asked for and where it comes from. A kind of this family has
///   static constexpr reach acts = reach::handshake;
///   bool shake(handshake_plan&, handshake_context&) const;   // true when it touched the plan
/// and everything else that shaping.hpp asks of a kind, but not shape(), ends() and random().
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/certificate_flaw.hpp"
#include "base/dice.hpp"
#include "base/time.hpp"

namespace vendaval::faults {

/// What is known when a client has said hello.
struct connection_facts {
  std::string_view server_name{};     // that it asked for (SNI), lower case; empty = none, as with addresses
  std::string_view client_address{};  // "127.0.0.1"
  std::uint64_t client = 0;           // hash of the address
};

/// The newest version of TLS that is spoken.
enum class tls_version : std::uint8_t { tls_1_0, tls_1_1 };
inline constexpr std::array<std::string_view, 2> tls_version_names{"1.0", "1.1"};

/// Why a handshake is refused, as TLS says it (RFC 8446 §6).
enum class tls_alert : std::uint8_t {
  handshake_failure,
  internal_error,
  unrecognized_name,
  access_denied,
  insufficient_security
};
inline constexpr std::array<std::string_view, 5> tls_alert_names{
    "handshake_failure", "internal_error", "unrecognized_name", "access_denied", "insufficient_security"};

/// What happens to one handshake, in this order: it is held, then ended, or it goes on with what is wrong about it.
struct handshake_plan {
  enum class ending : std::uint8_t { none, alert, close, reset };

  duration hold{0};  // `until_lifted`: as long as the fault's lease runs
  ending end = ending::none;
  tls_alert alert = tls_alert::handshake_failure;
  std::optional<certificate_flaw> certificate{};
  std::optional<tls_version> newest{};
  std::vector<std::uint64_t> fired{};  // ids of the armed faults that shaped this plan, in order
  bool in_doubt = false;               // fault code failed, so the handshake is left alone; count it (S24)
  bool untouched() const { return fired.empty(); }
};

struct handshake_context {
  dice& roll;
};

}  // namespace vendaval::faults
