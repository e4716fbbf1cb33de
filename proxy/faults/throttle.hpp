#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// A token bucket over all requests in scope: `requests` at once, refilled evenly over `per`. What finds the bucket
/// empty is answered instead of forwarded. Exact across data threads.
///   kind = "throttle"
///   requests = 80
///   per = "30s"
///   answer = "html403"      # as Belvo's edge says it · json429: as an API says it
///   retry_after = "30s"     # left out: no Retry-After
struct throttle {
  static constexpr std::string_view name = "throttle";
  static constexpr std::string_view about =
      "Lets so many requests through per stretch of time and turns the others away.";
  static constexpr bool ends = true;
  enum class words : std::uint8_t { html403, json429 };
  static constexpr std::array<std::string_view, 2> answers{"html403", "json429"};

  std::uint32_t requests = 80;
  duration per = 30s;
  words answer = words::html403;
  std::optional<duration> retry_after{};  // rounded up to whole seconds

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("requests", self.requests, 1u, 1'000'000u);
    visit("per", self.per, 100ms, 1h);
    visit("answer", self.answer, answers);
    visit("retry_after", self.retry_after, 1s, 24h);
  }
  void check(fault_checks&) const {}
  bool random() const { return true; }  // the answer carries a fresh request_id
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
