#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "base/time.hpp"

namespace vendaval::monitor {

/// Things to be written strictly one after the other: nothing is written past one that fails, since what comes later
/// may be about the same. One that fails is tried again, for as long as the database takes nothing else either. It is
/// given up when the database took something else right after each of its failures, several times in a row and over
/// some minutes: then it is the row that is at fault, and neither a table that somebody works on nor a lock, and it
/// must not hold up all that comes after it.
template <class T>
class retry_queue {
 public:
  static constexpr duration pause = 1s;            // after a failure
  static constexpr duration longest_pause = 1min;  // doubled up to this while others are taken

  /// `patience`: failures in a row, each with something else taken right after it, before one is given up.
  explicit retry_queue(unsigned patience) : patience_(patience) {}

  void push(T what) { waiting_.push_back(std::move(what)); }
  std::size_t size() const { return waiting_.size(); }

  /// What to write now; nothing while there is nothing, or during a pause. Answer with written() or failed().
  T const* next(time_point now) const { return waiting_.empty() || now < not_before_ ? nullptr : &waiting_.front(); }
  T written() { return take(); }
  /// `others_taken`: the database has taken something else right after. The thing itself when it is given up.
  std::optional<T> failed(time_point now, bool others_taken) {
    refusals_ = others_taken ? refusals_ + 1 : 0;
    if (refusals_ >= patience_) return take();
    not_before_ = now + std::min(pause * (1u << std::min(refusals_, 6u)), longest_pause);
    return std::nullopt;
  }

 private:
  T take() {
    auto taken = std::move(waiting_.front());
    waiting_.pop_front();
    refusals_ = 0;
    return taken;
  }

  unsigned patience_;
  std::deque<T> waiting_;
  unsigned refusals_ = 0;  // of the first, in a row
  time_point not_before_{};
};

}  // namespace vendaval::monitor
