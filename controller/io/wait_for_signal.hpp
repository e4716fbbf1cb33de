#pragma once
#include <signal.h>

namespace vendaval::controller {

/// Blocks SIGINT and SIGTERM for this thread and those it starts afterwards, so that wait() can take them. Make it
/// before any thread.
class signal_wait {
 public:
  signal_wait() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~signal_wait() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signal_wait(signal_wait const&) = delete;
  /// Until a person or the system asks this program to end.
  void wait() {
    int got = 0;
    sigwait(&set_, &got);
  }

 private:
  sigset_t set_, before_;
};

}  // namespace vendaval::controller
