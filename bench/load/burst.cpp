#include <fmt/format.h>

#include <cstdio>

#include "bench/load/modes.hpp"
#include "bench/load/samples.hpp"

namespace vendaval::bench {
namespace {

/// On the clock that every process of this machine shares.
double on_clock(instant t) { return seconds(t.time_since_epoch()).count(); }

}  // namespace

void burst(load_options const& o) {
  fleet clients(o.fleet);
  clients.grow(o.connections);
  samples latency;
  std::size_t left = clients.all().size();
  auto const begin = steady::now();
  auto last = begin;
  for (auto const& c : clients.all()) c->ask(clients.request());
  fmt::print(R"({{"sent":{:.6f}}})"
             "\n",
             on_clock(steady::now()));
  std::fflush(stdout);
  while (left > 0)
    clients.wait({}, [&](connection& c) {
      last = steady::now();
      latency.add(last - c.sent);
      --left;
    });
  fmt::print(R"({{"requests":{},"last":{:.6f},"latency_us":{}}})"
             "\n",
             clients.all().size(), on_clock(last), latency.json());
}

}  // namespace vendaval::bench
