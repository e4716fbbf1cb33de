#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace vendaval::io {

/// Those who are there, looked at in rounds, a few at a time, while they come and go: whoever stays is looked at once
/// in every round. Each keeps its own place here in `seat`.
template <class T>
class roster {
 public:
  void add(T& one) {
    one.seat = all_.size();
    all_.push_back(&one);
  }
  void remove(T& one) {
    auto hole = one.seat;
    if (hole < next_) fill(hole, --next_);  // of those who had their look already
    fill(hole, all_.size() - 1);
    all_.pop_back();
  }
  /// Looks at the next few; true when they were the last of this round.
  template <class Look>
  bool look(std::size_t few, Look&& at) {
    for (auto const end = std::min(next_ + few, all_.size()); next_ < end; ++next_) at(*all_[next_]);
    if (next_ < all_.size()) return false;
    next_ = 0;
    return true;
  }
  std::span<T* const> all() const { return all_; }

 private:
  void fill(std::size_t& hole, std::size_t with) {
    all_[hole] = all_[with];
    all_[hole]->seat = hole;
    hole = with;
  }

  std::vector<T*> all_;
  std::size_t next_ = 0;  // those before it have been looked at in this round
};

}  // namespace vendaval::io
