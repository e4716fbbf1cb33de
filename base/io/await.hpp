#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace vendaval {

namespace asio = boost::asio;

/// Waits for something that answers by callback on another thread (libcurl, storage). `start` is called at once with a
/// function `done(R)` that must be called exactly once, from any thread; the coroutine goes on where it was.
/// What `start` hands work to must be gone before the io_context is.
template <class R, class Start>
asio::awaitable<R> await_callback(Start start) {
  auto const here = co_await asio::this_coro::executor;
  auto initiate = [here, start = std::move(start)](auto handler) mutable {
    auto const waiting = std::make_shared<decltype(handler)>(std::move(handler));
    start([here, waiting](R value) {
      asio::post(here, [waiting, value = std::move(value)]() mutable { std::move (*waiting)(std::move(value)); });
    });
  };
  co_return co_await asio::async_initiate<asio::use_awaitable_t<> const&, void(R)>(std::move(initiate),
                                                                                   asio::use_awaitable);
}

}  // namespace vendaval
