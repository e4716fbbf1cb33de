#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace vendaval {

/// What became of the webhooks about one bank's links. The app has one when it answered 2xx.
struct webhook_counts {
  std::uint64_t passed = 0;    // the app had them as they came
  std::uint64_t held = 0;      // a fault kept them back for a while
  std::uint64_t dropped = 0;   // a fault kept them for ever
  std::uint64_t released = 0;  // held before, and the app had them in the end
  std::uint64_t refused = 0;   // the app would not have them, or could not be reached

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("passed", self.passed);
    visit("held", self.held);
    visit("dropped", self.dropped);
    visit("released", self.released);
    visit("refused", self.refused);
  }
  std::uint64_t kept_back() const { return held + dropped; }
  webhook_counts& operator+=(webhook_counts const& more) {
    passed += more.passed, held += more.held, dropped += more.dropped;
    released += more.released, refused += more.refused;
    return *this;
  }
  /// What came since `before`.
  webhook_counts operator-(webhook_counts const& before) const {
    return {passed - before.passed, held - before.held, dropped - before.dropped, released - before.released,
            refused - before.refused};
  }
  bool operator==(webhook_counts const&) const = default;
};
using webhooks_by_bank = std::map<std::string, webhook_counts, std::less<>>;

}  // namespace vendaval
