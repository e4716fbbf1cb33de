#pragma once
#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "proxy/limits.hpp"

namespace vendaval::io {

/// Who may come in: how many connections there are, and how many of each client. For any thread; the lock is taken once
/// per connection, and only while connections per client are limited.
class admission {
 public:
  /// One connection's place; gives it back when it dies.
  class place {
   public:
    place() = default;
    place(place&& other) noexcept : from_(std::exchange(other.from_, nullptr)), client_(other.client_) {}
    place& operator=(place&&) = delete;
    ~place() {
      if (from_) from_->leave(client_);
    }
    explicit operator bool() const { return from_ != nullptr; }

   private:
    friend class admission;
    place(admission* from, std::uint64_t client) : from_(from), client_(client) {}
    admission* from_ = nullptr;
    std::uint64_t client_ = 0;  // 0: not counted per client
  };

  place enter(boost::asio::ip::address const& client, gateway_limits const& limits);
  std::uint32_t inside() const { return inside_.load(std::memory_order_relaxed); }

 private:
  void leave(std::uint64_t client);

  std::atomic<std::uint32_t> inside_{0};
  std::mutex lock_;
  std::unordered_map<std::uint64_t, std::uint32_t> of_client_;
};

}  // namespace vendaval::io
