#include <stdexcept>

#include "bench/load/modes.hpp"
#include "bench/load/process_cpu.hpp"
#include "bench/load/samples.hpp"
#include "bench/load/say.hpp"

namespace vendaval::bench {

void connect_loop(load_options const& o) {
  fleet clients(o.fleet);
  std::size_t done = 0;
  auto const connected = [&](connection& c) {
    if (o.fleet.resume && clients.has_session() && !c.resumed()) throw std::runtime_error("a session was not resumed");
    c.ask(clients.request());
  };
  auto const answered = [&](connection& c) {
    ++done;
    clients.close(c);
    clients.open();
  };
  auto const run = [&](seconds length) {
    auto const end = steady::now() + std::chrono::duration_cast<steady::duration>(length);
    while (steady::now() < end) clients.wait(end, connected, answered);
  };
  if (o.fleet.resume) {  // a first connection, for its ticket
    clients.grow(1);
    if (!clients.has_session()) throw std::runtime_error("the server gave no session ticket");
    clients.close(*clients.all().front());
  }
  for (std::size_t i = 0; i < o.connections; ++i) clients.open();
  run(o.warm_up);
  done = 0;
  auto const began = steady::now();
  auto const cpu_before = cpu_time(o.watch);
  run(o.length);
  auto const cpu = std::chrono::duration<double, std::micro>(cpu_time(o.watch) - cpu_before);
  auto const took = seconds(steady::now() - began);
  auto const count = static_cast<double>(done);
  say(R"({{"connections":{},"per_second":{:.1f},"cpu_us":{:.3f}}})", done, count / took.count(), cpu.count() / count);
}

}  // namespace vendaval::bench
