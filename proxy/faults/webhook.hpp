#pragma once
/// Faults of webhooks: what the API sends to the app on its own account. They come in at a listener of their own
/// (`[webhooks]`), and have no answer that matters: who sends one wants a 2xx soon, and the app never misses what it
/// does not know of.
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

struct webhook_facts {
  std::span<std::string const> institutions;  // whose link it is about; none or "unknown": never touched
  std::string_view type, code;                // "TRANSACTIONS", "new_transactions_available"
  std::uint64_t subject = 0;                  // hash of the link
};

/// What happens to one webhook. Nothing: it is passed on, and the app's own answer goes back.
struct webhook_plan {
  bool drop = false;         // answered 200, and never passed on
  duration hold{0};          // answered 200, and passed on later; `until_lifted`: when the fault's lease ends
  std::uint32_t copies = 0;  // passed on so many times more
  std::vector<std::uint64_t> fired{};
  bool in_doubt = false;
  bool untouched() const { return fired.empty(); }
};

struct webhook_context {
  dice& roll;
};

///   kind = "webhook"
///   institutions = ["itau"]
///   events = ["TRANSACTIONS"]     # webhook_type or webhook_code; left out: all
///   effect = "late"
///   delay = "90s"
struct webhook {
  static constexpr std::string_view name = "webhook";
  static constexpr std::string_view about =
      "Lets the API's webhooks reach the app late, out of order, more than once, only when the fault ends, or never.";
  static constexpr peers elsewhere{"-", "-", "webhook delay"};
  static constexpr reach acts = reach::webhook;
  enum class way : std::uint8_t { late, drop, duplicate, shuffle, silence };
  static constexpr std::array<std::string_view, 5> ways{"late", "drop", "duplicate", "shuffle", "silence"};

  way effect = way::silence;
  std::vector<std::string> events{};
  duration delay = 90s, jitter = 0s;
  std::uint32_t copies = 1;
  duration window = 30s;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(
        "effect", self.effect,
        meaning{"late: after `delay`; drop: never; duplicate: `copies` more; shuffle: each some time within `window`, "
                "so that they overtake each other; silence: all at once when the fault ends"},
        ways);
    visit("events", self.events, meaning{"types or codes, such as `TRANSACTIONS`; left out, all"});
    visit("delay", self.delay, meaning{"late: always waited"}, 0s, longest_hold);
    visit("jitter", self.jitter, meaning{"late: up to this much more, uniform"}, 0s, longest_hold);
    visit("copies", self.copies, meaning{"duplicate: beside the first"}, 1u, 100u);
    visit("window", self.window, meaning{"shuffle: the longest wait"}, 1s, longest_hold);
  }
  void check(fault_checks& checks) const {
    auto const only = [&](std::string_view key, way where) {
      if (effect != where && checks.given(key))
        checks.fail(key, "this effect has no use for it", "leave it out, or choose another effect");
    };
    only("delay", way::late);
    only("jitter", way::late);
    only("copies", way::duplicate);
    only("window", way::shuffle);
  }
  bool concerns(webhook_facts const& sent) const {
    return events.empty() || std::ranges::any_of(events, [&](std::string const& event) {
             return event == sent.type || event == sent.code;
           });
  }
  bool deliver(webhook_plan& p, webhook_context& context) const {
    auto const part = [&context](duration whole) {
      return duration(static_cast<duration::rep>(static_cast<double>(whole.count()) * context.roll.unit()));
    };
    switch (effect) {
      case way::late: p.hold = together(p.hold, delay + part(jitter)); break;
      case way::drop: p.drop = true; break;
      case way::duplicate: p.copies += copies; break;
      case way::shuffle: p.hold = together(p.hold, part(window)); break;
      case way::silence: p.hold = until_lifted; break;
    }
    return true;
  }
};

}  // namespace vendaval::faults
