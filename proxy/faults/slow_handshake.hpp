#pragma once
#include "proxy/faults/handshake.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// The client's hello is answered late. It does not use up `limits.handshake`, which is for clients.
///   kind = "slow_handshake"
///   server_names = ["*"]
///   delay = "6s"
///   jitter = "2s"
struct slow_handshake {
  static constexpr std::string_view name = "slow_handshake";
  static constexpr std::string_view about = "Answers the client's TLS hello late; the handshake then goes on as usual.";
  static constexpr peers elsewhere{"latency (of any bytes)", "-", "-"};
  static constexpr reach acts = reach::handshake;

  duration delay = 5s;
  duration jitter = 0s;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("delay", self.delay, meaning{"always waited"}, 0s, longest_hold);
    visit("jitter", self.jitter, meaning{"up to this much more, uniform"}, 0s, longest_hold);
  }
  void check(fault_checks&) const {}
  bool shake(handshake_plan& p, handshake_context& context) const {
    auto const more = static_cast<duration::rep>(static_cast<double>(jitter.count()) * context.roll.unit());
    p.hold = together(p.hold, delay + duration(more));
    return true;
  }
};

}  // namespace vendaval::faults
