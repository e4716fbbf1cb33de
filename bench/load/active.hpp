#pragma once
/// Connections that ask at a fixed rate together.
#include <cstddef>
#include <deque>
#include <memory>
#include <span>

#include "bench/load/fleet.hpp"
#include "bench/load/samples.hpp"

namespace vendaval::bench {

class active_clients {
 public:
  /// `members` belong to `clients` and idle.
  active_clients(fleet& clients, std::span<std::unique_ptr<connection> const> members);

  /// Sends `count` requests, `rate` a second, and returns when all are answered.
  void run(double rate, std::size_t count);
  void forget();

  samples& latency() { return latency_; }        // from when a request was due
  samples& since_sent() { return since_sent_; }  // from when it was really sent

 private:
  fleet& clients_;
  std::deque<connection*> free_;
  samples latency_, since_sent_;
};

}  // namespace vendaval::bench
