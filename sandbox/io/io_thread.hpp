#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <thread>

namespace vendaval::sandbox {

namespace asio = boost::asio;

/// An io_context with a thread of its own, so that the sandbox needs nothing of whoever runs it.
class io_thread {
 public:
  io_thread() = default;
  ~io_thread() { stop(); }
  io_thread(io_thread const&) = delete;

  asio::io_context& io() { return io_; }
  void start() {
    if (thread_.joinable()) return;
    work_.emplace(io_.get_executor());
    thread_ = std::thread([this] { io_.run(); });
  }
  /// Whatever is under way stays where it is. Not from the thread itself.
  void stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  /// After stop(): lets what was just cancelled unwind, on the caller's thread.
  void drain() {
    work_.reset();
    io_.restart();
    io_.run_for(std::chrono::milliseconds(200));
  }

 private:
  asio::io_context io_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::thread thread_;
};

}  // namespace vendaval::sandbox
