#pragma once
/// The kinds of load. Each prints one JSON object a line, the last one being its result, and throws at the first answer
/// that is not as it must be: figures of a server that fails are worth nothing.
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <vector>

#include "bench/load/fleet.hpp"

namespace vendaval::bench {

using seconds = std::chrono::duration<double>;

struct load_options {
  fleet_settings fleet;
  std::size_t connections = 64;
  seconds length{3.0};
  seconds warm_up{0.5};           // not measured
  double rate = 4000;             // requests a second, where a rate is kept
  std::vector<pid_t> watch;       // processes whose CPU time is measured
  std::vector<std::size_t> idle;  // how many connections idle, step by step
  bool pause = false;             // wait for a line on standard input after each step
};

/// As fast as the server answers: every connection asks again once it has its answer.
void closed_loop(load_options const&);
/// At a fixed rate, whatever the server does: latency counts from when a request was due, so a stall is felt by every
/// request that it held up (no coordinated omission).
void open_loop(load_options const&);
/// A new connection for every request; with resumption, every handshake must be a resumed one.
void connect_loop(load_options const&);
/// One request on every connection, all at once.
void burst(load_options const&);
/// Connections that idle, beside active ones; in the end every one of them must still answer.
void hold(load_options const&);

}  // namespace vendaval::bench
