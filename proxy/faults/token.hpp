#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Credentials expire. A request is refused until its client presents a different one; what the proxy compares is a
/// keyed hash, never the credential.
///   kind = "token"
///   expire = "now"          # every credential in use when the fault is armed · lifetime: each one in turn
///   lifetime = "5m"         # since it was first seen; staggered by who logged in when
///   together = true         # lifetime: all expire at the same instants instead, every `lifetime` from the arming on
///   reject_renewed = 1      # so many renewed credentials of each client are refused too
///   answer = "authentication_failed"
/// A renewal that fails or is slow is an "error" or "latency" fault with operations = ["token"].
struct token {
  static constexpr std::string_view name = "token";
  static constexpr std::string_view about =
      "Lets credentials expire: refused until the client presents a different one.";
  static constexpr peers elsewhere{"-", "-", "-"};
  static constexpr reach acts = reach::before_upstream;
  static constexpr bool remembers = true;
  enum class when : std::uint8_t { now, lifetime };
  static constexpr std::array<std::string_view, 2> whens{"now", "lifetime"};

  when expire = when::now;
  duration lifetime = 5min;
  bool at_once = false;
  std::uint32_t reject_renewed = 0;
  std::string answer = "authentication_failed";

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("expire", self.expire, meaning{"now: the first credential each client shows; lifetime: each in turn"}, whens);
    visit("lifetime", self.lifetime, meaning{"lifetime: of a credential since it was first seen"}, 100ms, 24h);
    visit("together", self.at_once, meaning{"lifetime: all expire at the same instants, not each in its time"});
    visit("reject_renewed", self.reject_renewed, meaning{"now: so many renewed credentials are refused as well"}, 0u,
          1000u);
    visit("answer", self.answer, meaning{"the API's error code for a credential that has expired"});
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const;
  bool random() const { return true; }
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
