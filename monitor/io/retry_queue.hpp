#pragma once
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "base/time.hpp"

namespace vendaval::monitor {

/// Things to be written one after the other. One that fails is tried again, for as long as everything fails: then it is
/// the database that is in trouble. One that fails again although a later one could be written is given up, so that a
/// row which the database will never accept does not hold up all that comes after it.
template <class T>
class retry_queue {
 public:
  static constexpr unsigned patience = 3;  // failures before a later one is tried in its place
  static constexpr duration pause = 1s;    // after a failure

  void push(T what) { waiting_.push_back({std::move(what)}); }
  std::size_t size() const { return waiting_.size(); }

  /// What to write now; nothing while there is nothing, or during a pause. Answer with written() or failed().
  T const* next(time_point now) const {
    return waiting_.empty() || now < not_before_ ? nullptr : &waiting_[turn_].what;
  }
  T written() {
    for (std::size_t i = 0; i < turn_; ++i) waiting_[i].overtaken = true;
    return take();
  }
  /// The thing itself when it is given up.
  std::optional<T> failed(time_point now) {
    auto& one = waiting_[turn_];
    if (one.overtaken) return take();
    if (++one.failures >= patience && turn_ + 1 < waiting_.size()) {
      ++turn_;
      return std::nullopt;
    }
    turn_ = 0;
    not_before_ = now + pause;
    return std::nullopt;
  }

 private:
  struct entry {
    T what;
    unsigned failures = 0;
    bool overtaken = false;  // a later one was written after this one had failed
  };
  T take() {
    auto taken = std::move(waiting_[turn_].what);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(turn_));
    turn_ = 0;
    return taken;
  }

  std::deque<entry> waiting_;
  std::size_t turn_ = 0;
  time_point not_before_{};
};

}  // namespace vendaval::monitor
