#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <span>
#include <string>

#include "bench/load/active.hpp"
#include "bench/load/modes.hpp"

namespace vendaval::bench {
namespace {

void tell_and_wait(std::size_t open, bool pause) {
  fmt::print(R"({{"open":{}}})"
             "\n",
             open);
  std::fflush(stdout);
  if (std::string line; pause) std::getline(std::cin, line);
}

/// Every connection asks once more; none may have been lost.
void ask_all(fleet& clients) {
  std::size_t left = clients.all().size();
  for (auto const& c : clients.all()) c->ask(clients.request());
  while (left > 0) clients.wait({}, [&](connection&) { --left; });
}

}  // namespace

void hold(load_options const& o) {
  fleet clients(o.fleet);
  for (auto const count : o.idle) {
    clients.grow(count);
    tell_and_wait(count, o.pause);
  }
  auto const idle = clients.all().size();
  clients.grow(idle + o.connections);
  active_clients active(clients, std::span(clients.all()).subspan(idle));
  if (o.connections > 0) active.run(o.rate, static_cast<std::size_t>(o.rate * o.length.count()));
  ask_all(clients);
  fmt::print(R"({{"idle":{},"active":{},"requests":{},"errors":0,"latency_us":{}}})"
             "\n",
             idle, o.connections, active.latency().count(), active.latency().json());
}

}  // namespace vendaval::bench
