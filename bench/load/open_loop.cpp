#include "bench/load/active.hpp"
#include "bench/load/modes.hpp"
#include "bench/load/process_cpu.hpp"
#include "bench/load/say.hpp"

namespace vendaval::bench {

void open_loop(load_options const& o) {
  fleet clients(o.fleet);
  clients.grow(o.connections);
  active_clients active(clients, clients.all());
  active.run(o.rate, static_cast<std::size_t>(o.rate * o.warm_up.count()));
  active.forget();
  auto const cpu_before = cpu_time(o.watch);
  auto const count = static_cast<std::size_t>(o.rate * o.length.count());
  active.run(o.rate, count);
  auto const cpu = std::chrono::duration<double, std::micro>(cpu_time(o.watch) - cpu_before);
  say(R"({{"requests":{},"cpu_us":{:.3f},"latency_us":{},"since_sent_us":{}}})", count,
      cpu.count() / static_cast<double>(count), active.latency().json(), active.since_sent().json());
}

}  // namespace vendaval::bench
