#pragma once
#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace vendaval::io {

/// A fixed piece of memory between a socket and a reader. Bytes before the pin (a message head that views point into)
/// stay where they are until the pin is lifted; later bytes may move.
class byte_buffer {
 public:
  explicit byte_buffer(std::size_t capacity) : capacity_(capacity), memory_(new char[capacity]) {}

  std::string_view data() const { return {memory_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void consume(std::size_t n) { begin_ += n; }
  /// Takes `n` bytes from the front, which stay readable through views until unpin().
  void pin(std::size_t n) {
    begin_ += n;
    pinned_ = begin_;
  }
  void unpin() { pinned_ = 0; }
  /// Room to read into, lent until commit(); empty when the buffer is full. Only here do bytes ever move, so that a
  /// read under way keeps its place whatever is consumed meanwhile.
  std::span<char> room() {
    if (empty()) begin_ = end_ = pinned_;
    if (capacity_ - end_ < capacity_ / 4 && begin_ > pinned_) {
      std::memmove(memory_.get() + pinned_, memory_.get() + begin_, end_ - begin_);
      end_ -= begin_ - pinned_;
      begin_ = pinned_;
    }
    return {memory_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t n) { end_ += n; }
  void clear() { begin_ = end_ = pinned_ = 0; }

 private:
  std::size_t capacity_;
  std::unique_ptr<char[]> memory_;
  std::size_t begin_ = 0, end_ = 0, pinned_ = 0;
};

}  // namespace vendaval::io
