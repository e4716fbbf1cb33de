#include "base/io/deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>

namespace vendaval {
namespace {

struct ending {
  bool work_first;
  std::exception_ptr error;
};

asio::awaitable<ending> race(asio::awaitable<void> work, asio::awaitable<void> guard) {
  auto const here = co_await asio::this_coro::executor;
  auto both = asio::experimental::make_parallel_group(asio::co_spawn(here, std::move(work), asio::deferred),
                                                      asio::co_spawn(here, std::move(guard), asio::deferred));
  auto [order, work_error, guard_error] =
      co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  bool const work_first = order[0] == 0;
  co_return ending{work_first, work_first ? work_error : guard_error};
}

}  // namespace

asio::awaitable<void> first_of(asio::awaitable<void> work, asio::awaitable<void> guard) {
  auto const ended = co_await race(std::move(work), std::move(guard));
  if (ended.error) std::rethrow_exception(ended.error);
}

asio::awaitable<bool> within(async_clock& time, duration limit, asio::awaitable<void> op) {
  auto const ended = co_await race(std::move(op), time.sleep_for(limit));
  if (ended.error) std::rethrow_exception(ended.error);
  co_return ended.work_first;
}

asio::awaitable<void> deadline::guard() {
  for (auto now = time_.now(); held_ || now < at_; now = time_.now()) {
    auto const look = now + usual_;
    co_await time_.sleep_until(held_ ? look : std::min(at_, look));
  }
}

}  // namespace vendaval
