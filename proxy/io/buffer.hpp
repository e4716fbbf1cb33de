#pragma once
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "proxy/io/workbench.hpp"

namespace vendaval::io {

/// Memory between a socket and a reader: borrowed when there is something to read, and given back while nothing is
/// expected. Starts with a block of `first` bytes and goes over to one of `most` when that is too small. Bytes before
/// the pin (a message head that views point into) stay where they are until the pin is lifted.
class byte_buffer {
 public:
  byte_buffer(block_pool& pool, std::size_t first, std::size_t most) : pool_(pool), first_(first), most_(most) {}
  ~byte_buffer() { clear(); }
  byte_buffer(byte_buffer const&) = delete;

  std::string_view data() const { return {active_.memory.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void consume(std::size_t n) { begin_ += n; }
  /// Takes `n` bytes from the front, which stay readable through views until unpin().
  void pin(std::size_t n) {
    begin_ += n;
    pinned_ = begin_;
  }
  void unpin() {
    pinned_ = 0;
    pool_.give(std::exchange(head_, {}));
  }
  /// Room to read into; empty when the buffer is full. Only here do bytes ever move.
  std::span<char> room() {
    if (!active_.memory) active_ = pool_.take(first_);
    if (empty()) begin_ = end_ = pinned_;
    if (active_.size - end_ < active_.size / 4) {
      if (active_.size < most_)
        move_to(pool_.take(most_));
      else if (begin_ > pinned_)
        compact();
    }
    return tail();
  }
  /// The same for when views into the data are in use: no byte moves.
  std::span<char> room_in_place() { return empty() ? room() : tail(); }
  void commit(std::size_t n) { end_ += n; }
  /// Nothing is expected for now.
  void rest() {
    if (!empty() || pinned_ > 0) return;
    pool_.give(std::exchange(active_, {}));
    begin_ = end_ = 0;
  }
  void clear() {
    unpin();
    begin_ = end_ = 0;
    rest();
  }

 private:
  std::span<char> tail() { return {active_.memory.get() + end_, active_.size - end_}; }
  void compact() {
    std::memmove(active_.memory.get() + pinned_, active_.memory.get() + begin_, end_ - begin_);
    end_ -= begin_ - pinned_;
    begin_ = pinned_;
  }
  void move_to(block larger) {
    std::memcpy(larger.memory.get(), data().data(), data().size());
    std::swap(active_, larger);
    pinned_ > 0 ? std::swap(head_, larger) : pool_.give(std::move(larger));
    end_ -= begin_;
    begin_ = pinned_ = 0;
  }

  block_pool& pool_;
  std::size_t first_, most_;
  block active_, head_;  // `head_` only when the pinned bytes were left behind in it
  std::size_t begin_ = 0, end_ = 0, pinned_ = 0;
};

}  // namespace vendaval::io
