#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "base/dice.hpp"
#include "base/time.hpp"

namespace vendaval::faults {

/// How the bytes of an answer leave towards the client. Several faults may shape one delivery: rates take the least,
/// waits add up, the earliest cut wins.
struct delivery {
  enum class goodbye : std::uint8_t { polite, bare, reset, stall };  // with TLS's goodbye, FIN alone, RST, nothing
  struct cutting {
    std::uint64_t after = 0;  // bytes of the body; the head leaves whole
    goodbye how = goodbye::polite;
  };
  struct slicing {
    std::uint64_t size = 0, spread = 0;  // of a piece: size ± spread
    duration gap{};                      // between two pieces
    std::uint64_t key = 0;               // of its dice
  };
  struct spoiling {
    double share = 0;       // of the body's bytes
    std::uint64_t key = 0;  // of its dice: the same bytes of the same answer
  };

  std::uint64_t bytes_per_second = 0;  // 0 = as fast as it goes
  duration per_piece{};                // before each piece, also the first
  std::optional<slicing> slices{};
  std::optional<duration> over{};  // the body dribbles out evenly over this long
  std::optional<cutting> cut{};
  std::optional<spoiling> spoil{};
  bool close_after = false;  // once the answer is through, its connection is closed as `close_how` says
  goodbye close_how = goodbye::polite;

  bool plain() const {
    return bytes_per_second == 0 && per_piece == duration{} && !slices && !over && !cut && !spoil && !close_after;
  }
};

/// Says what of an answer's body leaves next, and when. One per answer, started with its first byte. Times are
/// absolute from there: a slow reader is not waited for twice.
class courier {
 public:
  courier(delivery const& how, std::uint64_t body_size, time_point now);

  struct step {
    std::uint64_t count = 0;  // bytes that leave together; 0: the cut is reached
    time_point due{};         // not before
  };
  /// `available` bytes wait; they are not empty.
  step next(std::uint64_t available, time_point now);
  /// Those bytes have left.
  void sent(std::uint64_t count) { sent_ += count; }
  /// Changes bytes of the body in place, which start at `offset` of it.
  void spoil(std::span<char> body, std::uint64_t offset) const;

 private:
  std::uint64_t piece(std::uint64_t available);

  delivery const& how_;
  std::uint64_t size_;  // of the whole body; 0 when nobody knows
  dice roll_;
  time_point begun_, next_;
  std::uint64_t sent_ = 0;
  bool first_ = true;
};

}  // namespace vendaval::faults
