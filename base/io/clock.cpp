#include "base/io/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vendaval {

asio::awaitable<void> real_clock::sleep_until(time_point when) {
  auto const here = co_await asio::this_coro::executor;
  asio::steady_timer timer(here, when);
  co_await timer.async_wait(asio::use_awaitable);
}

timeline read_timeline() {
  auto const steady = std::chrono::steady_clock::now();
  auto const wall = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return {steady, wall};
}

}  // namespace vendaval
