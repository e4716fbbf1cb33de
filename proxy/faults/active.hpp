#pragma once
/// How many requests faults may be at work on at one moment.
#include <atomic>
#include <cstdint>
#include <utility>

namespace vendaval::faults {

/// Shared by all data threads; exact. A request above the limit passes through untouched and is counted.
class active_faults {
 public:
  /// One request's place; gives it back when it dies.
  class place {
   public:
    place() = default;
    place(place&& other) noexcept : in_(std::exchange(other.in_, nullptr)) {}
    place& operator=(place&& other) noexcept {
      std::swap(in_, other.in_);
      return *this;
    }
    ~place() {
      if (in_) in_->now_.fetch_sub(1, std::memory_order_relaxed);
    }
    explicit operator bool() const { return in_ != nullptr; }

   private:
    friend class active_faults;
    explicit place(active_faults* in) : in_(in) {}
    active_faults* in_ = nullptr;
  };

  explicit active_faults(std::uint32_t most) : most_(most) {}

  place enter() {
    if (now_.fetch_add(1, std::memory_order_relaxed) < most_) return place(this);
    now_.fetch_sub(1, std::memory_order_relaxed);
    overflowed_.fetch_add(1, std::memory_order_relaxed);
    return place();
  }
  std::uint32_t now() const { return now_.load(std::memory_order_relaxed); }
  std::uint64_t overflowed() const { return overflowed_.load(std::memory_order_relaxed); }

 private:
  std::uint32_t const most_;
  std::atomic<std::uint32_t> now_{0};
  std::atomic<std::uint64_t> overflowed_{0};
};

}  // namespace vendaval::faults
