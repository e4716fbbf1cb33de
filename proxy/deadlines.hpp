#pragma once
/// Until when a session waits, and for whom.
#include <array>
#include <optional>

#include "base/time.hpp"

namespace vendaval {

/// A request's body and its answer can travel at the same time, so each way has a deadline of its own. Setting one is
/// two stores; somebody looks several times a second.
class deadlines {
 public:
  enum class way : std::uint8_t { request, answer };
  enum class side : std::uint8_t { client, upstream };

  void set(way w, time_point at, side whose) { of(w) = {at, whose}; }
  void clear(way w) { of(w).at = time_point::max(); }
  void clear() {
    clear(way::request);
    clear(way::answer);
  }
  /// Who is late at `now`; it is told once.
  std::optional<side> missed(time_point now) {
    for (auto& one : ways_)
      if (now >= one.at) {
        one.at = time_point::max();
        return one.whose;
      }
    return std::nullopt;
  }

 private:
  struct limit {
    time_point at = time_point::max();
    side whose = side::client;
  };
  limit& of(way w) { return ways_[static_cast<std::size_t>(w)]; }
  std::array<limit, 2> ways_;
};

}  // namespace vendaval
