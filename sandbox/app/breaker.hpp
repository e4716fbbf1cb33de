#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "sandbox/app/settings.hpp"

namespace vendaval::sandbox {

enum class breaker_state : std::uint8_t { closed, open, half_open };
inline constexpr std::array<std::string_view, 3> breaker_state_words{"closed", "open", "half_open"};
inline std::string_view word(breaker_state s) { return breaker_state_words[static_cast<std::size_t>(s)]; }

/// What a result says about the bank behind the breaker.
enum class verdict : std::uint8_t { good, bad, neither };

/// A consecutive-failure circuit breaker. Half-open it lets one call at a time try. A call that began before the last
/// change of state says nothing about the present one, so its result is not counted.
class circuit_breaker {
 public:
  /// Proof of having been let through; give it back with the result.
  struct permit {
    std::uint64_t era = 0;
  };

  explicit circuit_breaker(breaker_settings s) : settings_(std::move(s)) {}

  /// Moves open → half_open when its time has come. True when the state changed. Call it before ask().
  bool advance(time_point now);
  /// Leave to call, or nothing.
  std::optional<permit> ask();
  /// True when the state changed.
  bool tell(permit p, verdict v, time_point now);

  breaker_state state() const { return state_; }
  /// When advance() will change the state by itself.
  std::optional<time_point> next() const;

 private:
  void enter(breaker_state s);

  breaker_settings settings_;
  breaker_state state_ = breaker_state::closed;
  std::uint64_t era_ = 0;  // one per stay in a state
  unsigned in_a_row_ = 0;  // failures when closed, successes when half-open
  bool probing_ = false;   // half-open: a call is trying
  time_point opened_{};
};

}  // namespace vendaval::sandbox
