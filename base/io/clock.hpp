#pragma once
#include <boost/asio/awaitable.hpp>

#include "base/time.hpp"

namespace vendaval {

namespace asio = boost::asio;

/// Time that a coroutine can wait for. One per io_context; not thread-safe. The fake one stands in tests/support.
struct async_clock : clock {
  /// Completes at `when`; throws operation_aborted if the waiting coroutine is cancelled before that.
  virtual asio::awaitable<void> sleep_until(time_point when) = 0;
  asio::awaitable<void> sleep_for(duration d) { return sleep_until(now() + d); }
};

struct real_clock final : async_clock {
  time_point now() const override { return std::chrono::steady_clock::now(); }
  asio::awaitable<void> sleep_until(time_point when) override;
};

/// Both clocks of this machine, read together.
timeline read_timeline();

}  // namespace vendaval
