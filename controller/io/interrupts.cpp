#include "controller/io/interrupts.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

std::atomic<int> seen{0};
struct sigaction before_int, before_term;

constexpr std::string_view last_words =
    "\ninterrupted twice: left without waiting. What is still armed ends with its lease; `vendaval stop` ends it "
    "now.\n";

/// Whoever asks twice does not want to wait, whatever this program is waiting for. Only async-signal-safe calls.
void on_signal(int) {
  if (seen.fetch_add(1, std::memory_order_relaxed) == 0) return;
  (void)!write(STDERR_FILENO, last_words.data(), last_words.size());
  _exit(aborted);
}

}  // namespace

interrupts::interrupts() {
  seen = 0;
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, &before_int);
  sigaction(SIGTERM, &action, &before_term);
}

interrupts::~interrupts() {
  sigaction(SIGINT, &before_int, nullptr);
  sigaction(SIGTERM, &before_term, nullptr);
}

int interrupts::count() { return seen.load(std::memory_order_relaxed); }

}  // namespace vendaval::controller
