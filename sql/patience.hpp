#pragma once
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace vendaval::sql {

/// Says when a database has left a statement unanswered for too long: longer than it may take by its own settings
/// (sql/dialect.cpp), so a server that only is slow has ended it by then.
class patience {
 public:
  static constexpr duration limit = std::chrono::seconds(45);

  /// How far the work is, and whether there is any. True when it is time to cut; then anew after another limit.
  bool over(std::uint64_t steps, bool busy, time_point now) {
    if (!busy || steps != steps_ || !since_) since_ = now;
    steps_ = steps;
    if (now - *since_ < limit) return false;
    since_ = now;
    return true;
  }

 private:
  std::uint64_t steps_ = 0;
  std::optional<time_point> since_;
};

}  // namespace vendaval::sql
