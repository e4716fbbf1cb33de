#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <map>

#include "base/io/clock.hpp"

namespace vendaval::test {

/// Time moves only in advance(); ties wake in the order they went to sleep.
class fake_clock final : public async_clock {
 public:
  explicit fake_clock(asio::io_context& io) : io_(io) {}
  time_point now() const override { return now_; }
  asio::awaitable<void> sleep_until(time_point when) override {
    if (when <= now_) co_return;
    asio::steady_timer alarm(io_, asio::steady_timer::time_point::max());
    auto const entry = sleepers_.emplace(when, &alarm);
    auto [error] = co_await alarm.async_wait(asio::as_tuple(asio::use_awaitable));
    bool const due = now_ >= when;
    if (due) co_return;
    sleepers_.erase(entry);
    throw boost::system::system_error(error);
  }
  void advance(duration d) {
    auto const end = now_ + d;
    for (settle(); !sleepers_.empty() && sleepers_.begin()->first <= end; settle()) {
      auto next = sleepers_.extract(sleepers_.begin());
      now_ = next.key();
      next.mapped()->cancel();
    }
    now_ = end;
  }
  /// Runs everything that is ready; waits for nothing.
  void settle() {
    io_.restart();
    io_.poll();
  }
  std::size_t sleeping() const { return sleepers_.size(); }

 private:
  asio::io_context& io_;
  time_point now_{1h};  // not zero: a forgotten initial value must not look like now
  std::multimap<time_point, asio::steady_timer*> sleepers_;
};

}  // namespace vendaval::test
