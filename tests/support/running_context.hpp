#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

namespace vendaval::test {

/// An io_context that runs on a thread of its own until the test ends. Declare what lives on it after it, and build and
/// end that through `on`, so that it is touched by the context's thread alone.
class running_context {
 public:
  running_context() : thread_([this] { io.run(); }) {}
  ~running_context() {
    io.stop();
    thread_.join();
  }
  running_context(running_context const&) = delete;

  /// Runs `work` on the context's thread, waits for it and gives back what it gave (or threw).
  template <class Work>
  auto on(Work work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    boost::asio::post(io, [&task] { task(); });
    return result.get();
  }

  boost::asio::io_context io{1};

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io.get_executor()};
  std::thread thread_;
};

}  // namespace vendaval::test
