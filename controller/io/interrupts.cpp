#include "controller/io/interrupts.hpp"

#include <signal.h>

#include <atomic>

namespace vendaval::controller {
namespace {

std::atomic<int> seen{0};
struct sigaction before_int, before_term;

void on_signal(int) { seen.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

interrupts::interrupts() {
  seen = 0;
  struct sigaction action {};
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
