#pragma once
/// Ending work that takes too long: one guard per session, moved by a store, instead of a timer per operation.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/io/clock.hpp"

namespace vendaval {

/// Completion token: gives the error_code as a value: `auto [error, n] = co_await socket.async_read_some(b, no_throw);`
inline constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// Runs both; when either ends, cancels the other (terminal) and waits until it has ended too. Rethrows what the first
/// to end threw; what the cancelled one throws is dropped.
asio::awaitable<void> first_of(asio::awaitable<void> work, asio::awaitable<void> guard);

/// Runs `op` for at most `limit`. True if it ended by itself, false if it was cancelled; rethrows what `op` throws.
/// For slow, rare steps (connect, handshake, TLS shutdown): it costs two coroutines.
asio::awaitable<bool> within(async_clock& time, duration limit, asio::awaitable<void> op);

/// A moving deadline for `first_of(work, deadline.guard())`.
class deadline {
 public:
  /// `usual` is both the first limit and how often the guard looks: a deadline moved to an earlier instant takes
  /// effect at most `usual` late.
  deadline(async_clock& time, duration usual) : time_(time), usual_(usual) { push(usual); }
  deadline(deadline const&) = delete;

  /// From now on, `limit` more. One store: call it before every read and write.
  void push(duration limit) {
    at_ = time_.now() + limit;
    held_ = false;
  }
  void push() { push(usual_); }
  /// No deadline until the next push(): the time we take ourselves is not the peer's idleness.
  void hold() { held_ = true; }

  /// Ends when the deadline has passed.
  asio::awaitable<void> guard();

 private:
  async_clock& time_;
  duration usual_;
  time_point at_{};
  bool held_ = false;
};

}  // namespace vendaval
