#pragma once
/// How long a slow peer may take.
#include <algorithm>
#include <cstdint>

#include "base/time.hpp"

namespace vendaval {

/// Waiting for a peer uses up an allowance. It begins with a grace, every byte the peer moves earns the time it takes
/// at the minimum rate, and no more than one silence is ever saved up: who sent a megabyte cannot live on it for an
/// hour. Time that is not spent waiting for this peer is not counted, because nobody calls waited() for it.
class pace {
 public:
  struct bounds {
    duration grace = 5s;
    std::uint64_t per_second = 240;  // bytes; 0 = any byte buys a whole silence
    duration silence = 10s;
    duration total = 0s;  // of all waiting; 0 = no limit
  };

  pace() = default;
  explicit pace(bounds b) : bounds_(b), credit_(b.per_second > 0 ? std::min(b.grace, b.silence) : b.silence) {}

  void waited(duration d) {
    credit_ -= d;
    spent_ += d;
  }
  void moved(std::uint64_t count) {
    if (count == 0) return;
    // More than a silence's worth is a silence's worth: so no multiplication can overflow.
    constexpr std::uint64_t enough = std::uint64_t{1} << 32;
    auto const seconds = bounds_.per_second == 0
                             ? 1e9
                             : static_cast<double>(std::min(count, enough)) / static_cast<double>(bounds_.per_second);
    auto const most = std::chrono::duration<double>(bounds_.silence).count();
    auto const earned = std::chrono::duration<double>(std::min(seconds, most));
    credit_ = std::min(bounds_.silence, credit_ + std::chrono::duration_cast<duration>(earned));
  }
  /// How much longer this peer may be waited for; nothing or less: it is too slow.
  duration left() const { return bounds_.total > 0s ? std::min(credit_, bounds_.total - spent_) : credit_; }

 private:
  bounds bounds_;
  duration credit_{5s}, spent_{};
};

}  // namespace vendaval
