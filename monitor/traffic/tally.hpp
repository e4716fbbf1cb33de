#pragma once
/// Counts of finished exchanges. What a fault caused is kept apart from what the bank did by itself.
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/units.hpp"
#include "proxy/exchange.hpp"

namespace vendaval::monitor {

inline constexpr std::size_t operation_count = operation_names.size();
inline constexpr std::size_t outcome_count = outcome_names.size();

/// Which operations a figure is about.
class operation_set {
 public:
  constexpr operation_set() = default;                       // every operation
  explicit operation_set(std::span<operation const> some) {  // none named = every operation
    if (!some.empty()) bits_ = 0;
    for (auto const o : some) bits_ |= 1u << static_cast<unsigned>(o);
  }
  bool has(operation o) const { return (bits_ >> static_cast<unsigned>(o) & 1u) != 0; }

 private:
  unsigned bits_ = (1u << operation_count) - 1;
};

/// The operations that make the aggregator talk to the bank: only these can tell whether the bank is there, and these
/// are what an app's circuit breaker guards.
inline operation_set bank_touching() {
  static constexpr std::array touching{operation::link, operation::retrieve};
  return operation_set(touching);
}

struct tally {
  std::uint32_t good = 0, bad = 0, neither = 0;                    // as the dialect weighs them
  std::uint32_t injected_bad = 0;                                  // part of `bad`: a fault's doing, never the bank's
  std::array<std::uint32_t, outcome_count> genuine{}, injected{};  // by outcome

  void add(exchange const& x);
  void merge(tally const& other);
  std::uint32_t judged() const { return good + bad; }
  std::uint32_t genuine_bad() const { return bad - injected_bad; }
  std::uint32_t of(outcome o) const {
    return genuine[static_cast<std::size_t>(o)] + injected[static_cast<std::size_t>(o)];
  }
  /// As the app felt it, drills included. Nothing when there was nothing to judge.
  std::optional<percent> success() const;
  std::optional<percent> errors() const;
  /// As the bank deserves it: injected failures are left out.
  std::optional<percent> attributable_success() const;
  /// The commonest outcome among those that are not ok; nothing when all were.
  std::optional<outcome> main_trouble() const;
};

}  // namespace vendaval::monitor
