#include <cstdio>
#include <iostream>
#include <span>
#include <string>

#include "bench/load/active.hpp"
#include "bench/load/modes.hpp"
#include "bench/load/say.hpp"

namespace vendaval::bench {
namespace {

void tell_and_wait(std::size_t open, bool pause) {
  say(R"({{"open":{}}})", open);
  if (std::string line; pause) std::getline(std::cin, line);
}

/// Every connection asks once more, a few at a time; none may have been lost.
void ask_all(fleet& clients) {
  constexpr std::size_t at_once = 64;
  std::size_t asked = 0, answered = 0;
  auto const& all = clients.all();
  while (answered < all.size()) {
    for (; asked < all.size() && asked - answered < at_once; ++asked) all[asked]->ask(clients.request());
    clients.wait({}, [&](connection&) { ++answered; });
  }
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
  say(R"({{"idle":{},"active":{},"requests":{},"errors":0,"latency_us":{}}})", idle, o.connections,
      active.latency().count(), active.latency().json());
}

}  // namespace vendaval::bench
