#include <cstdio>

#include "bench/load/modes.hpp"
#include "bench/load/samples.hpp"
#include "bench/load/say.hpp"

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
  say(R"({{"sent":{:.6f}}})", on_clock(steady::now()));
  while (left > 0)
    clients.wait({}, [&](connection& c) {
      last = steady::now();
      latency.add(last - c.sent);
      --left;
    });
  say(R"({{"requests":{},"last":{:.6f},"latency_us":{}}})", clients.all().size(), on_clock(last), latency.json());
}

}  // namespace vendaval::bench
