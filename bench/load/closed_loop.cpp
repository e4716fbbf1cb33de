#include "bench/load/modes.hpp"
#include "bench/load/process_cpu.hpp"
#include "bench/load/samples.hpp"
#include "bench/load/say.hpp"

namespace vendaval::bench {

void closed_loop(load_options const& o) {
  fleet clients(o.fleet);
  clients.grow(o.connections);
  samples latency;
  auto const again = [&](connection& c) {
    latency.add(steady::now() - c.sent);
    c.ask(clients.request());
  };
  auto const run = [&](seconds length) {
    auto const end = steady::now() + std::chrono::duration_cast<steady::duration>(length);
    while (steady::now() < end) clients.wait(end, {}, again);
  };
  for (auto const& c : clients.all()) c->ask(clients.request());
  run(o.warm_up);
  latency.clear();
  auto const began = steady::now();
  auto const cpu_before = cpu_time(o.watch);
  run(o.length);
  auto const cpu = std::chrono::duration<double, std::micro>(cpu_time(o.watch) - cpu_before);
  auto const took = seconds(steady::now() - began);
  auto const count = static_cast<double>(latency.count());
  say(R"({{"requests":{},"per_second":{:.1f},"cpu_us":{:.3f},"latency_us":{}}})", latency.count(), count / took.count(),
      cpu.count() / count, latency.json());
}

}  // namespace vendaval::bench
