#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <thread>

namespace vendaval::sandbox {

namespace asio = boost::asio;

/// An io_context with a thread of its own, so that the sandbox needs nothing of whoever runs it.
class io_thread {
 public:
  io_thread() = default;
  ~io_thread() { halt(); }
  io_thread(io_thread const&) = delete;

  asio::io_context& io() { return io_; }
  void start() {
    if (thread_.joinable()) return;
    work_.emplace(io_.get_executor());
    thread_ = std::thread([this] {
      io_.run();
      ended_.set_value();
    });
  }
  /// Whatever is under way stays where it is. Not from the thread itself.
  void halt() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  /// Does `last` on the thread, because Asio lets coroutines be cancelled only there, and gives what it cancelled a
  /// moment to unwind. Not from the thread itself.
  void finish(std::function<void()> last) {
    if (!thread_.joinable()) return last();
    asio::post(io_, std::move(last));
    work_.reset();
    ended_.get_future().wait_for(std::chrono::seconds(1));
    halt();
  }

 private:
  asio::io_context io_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace vendaval::sandbox
