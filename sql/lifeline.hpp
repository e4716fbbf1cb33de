#pragma once
/// What another thread may know of a connection and do to it while its owner waits for an answer.
#include <atomic>
#include <cstdint>
#include <mutex>

namespace vendaval::sql {

class lifeline {
 public:
  lifeline() = default;
  ~lifeline();
  lifeline(lifeline const&) = delete;
  lifeline& operator=(lifeline const&) = delete;

  /// The connection's socket. A copy of the descriptor is kept: the number itself may come to mean another one.
  void hold(int socket);
  /// A statement has been answered.
  void step() { ++steps_; }
  std::uint64_t steps() const { return steps_; }

  /// Ends the call that waits: it fails as if the server had gone. False when there is no socket, as with a file.
  bool cut();

 private:
  std::atomic<std::uint64_t> steps_ = 0;
  std::mutex lock_;
  int socket_ = -1;
};

}  // namespace vendaval::sql
