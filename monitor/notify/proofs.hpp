#pragma once
/// A channel that has long been silent may be broken, and nobody would know before the night it is needed. So each is
/// tried when it has taken nothing for six days, and is shown red when nothing has proved it for seven.
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace vendaval::monitor {

inline constexpr std::chrono::hours tried_after{6 * 24}, red_after{7 * 24}, first_tried_after{1};

struct channel_health {
  std::string channel, receiver, kind;                // "email", "ana@aegiswallet.com.br", "email"
  std::optional<wall_time> proven_at;                 // when it last took something
  std::uint64_t accepted = 0, retried = 0, dead = 0;  // since the start

  bool red(wall_time now) const { return !proven_at || now - *proven_at > red_after; }
};

/// One that never took anything is tried an hour after the start.
inline bool proof_due(std::optional<wall_time> proven_at, wall_time started, wall_time now) {
  return proven_at ? now - *proven_at >= tried_after : now - started >= first_tried_after;
}

}  // namespace vendaval::monitor
