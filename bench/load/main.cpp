// A client that measures servers: closed loop, open loop, new connections, bursts and idle crowds, over TLS or plain.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include "bench/load/modes.hpp"

namespace vendaval::bench {
namespace {

constexpr rlim_t files_wanted = 65536;

void raise_limits() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  rlimit more{files_wanted, std::max(files.rlim_max, files_wanted)};
  if (setrlimit(RLIMIT_NOFILE, &more) != 0) {  // without privilege: as far as it goes
    more = {files.rlim_max, files.rlim_max};
    setrlimit(RLIMIT_NOFILE, &more);
  }
  prctl(PR_SET_TIMERSLACK, 1UL);  // a request that is due must not wait for the kernel's 50 µs of slack
}

struct command_line {
  load_options load;
  std::string url;
  double length = 3, warm_up = 0.5;
};

void add_common(CLI::App& command, command_line& c) {
  auto& fleet = c.load.fleet;
  command.add_option("url", c.url, "http:// or https:// address to ask")->required();
  command.add_option("--ca", fleet.ca_file, "PEM of the CA to trust; needed for https");
  command.add_option("--status", fleet.expected.status, "status of every answer")->capture_default_str();
  command.add_option("--body", fleet.expected.length, "bytes in the body of every answer; any when left out");
  command.add_option("--connections", c.load.connections, "at once")->capture_default_str();
  command.add_option("--sources", fleet.sources, "local addresses to come from, 127.0.0.1 upwards")
      ->capture_default_str();
  command.add_option("--warm-path", fleet.warm_path, "what a new connection asks first, when not the same");
}

void add_time(CLI::App& command, command_line& c) {
  command.add_option("--seconds", c.length, "to measure")->capture_default_str()->check(CLI::Range(0.1, 600.0));
  command.add_option("--warm-up", c.warm_up, "seconds before that")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 60.0));
  command.add_option("--watch", c.load.watch, "processes whose CPU time per request is measured")->delimiter(',');
}

void add_rate(CLI::App& command, command_line& c) {
  command.add_option("--rate", c.load.rate, "requests a second")->capture_default_str()->check(CLI::Range(1.0, 1e6));
}

using mode = void (*)(load_options const&);

CLI::App* add_mode(CLI::App& app, command_line& c, char const* name, char const* about, mode run) {
  auto* const command = app.add_subcommand(name, about);
  add_common(*command, c);
  command->callback([&c, run] {
    c.load.fleet.to = parse_endpoint(c.url);
    c.load.length = seconds(c.length);
    c.load.warm_up = seconds(c.warm_up);
    run(c.load);
  });
  return command;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Measures servers. Prints JSON, one object a line; ends with 1 at the first answer that is not as asked for.");
  app.require_subcommand(1);
  command_line c;
  add_time(*add_mode(app, c, "closed", "as fast as the server answers", closed_loop), c);
  auto* const open =
      add_mode(app, c, "open", "at a fixed rate, latency counted from when a request was due", open_loop);
  add_time(*open, c);
  add_rate(*open, c);
  auto* const connect = add_mode(app, c, "connect", "a new connection for every request", connect_loop);
  add_time(*connect, c);
  connect->add_flag("--resume", c.load.fleet.resume, "resume TLS sessions");
  add_mode(app, c, "burst", "one request on every connection, all at once", burst);
  auto* const hold_mode =
      add_mode(app, c, "hold", "connections that idle, --connections active ones beside them", hold);
  add_time(*hold_mode, c);
  add_rate(*hold_mode, c);
  hold_mode->add_option("--idle", c.load.idle, "how many idle, step by step: 1000,10000")->delimiter(',')->required();
  hold_mode->add_flag("--pause", c.load.pause, "wait for a line on standard input after each step");
  CLI11_PARSE(app, argc, argv);
  return 0;
}

}  // namespace
}  // namespace vendaval::bench

int main(int argc, char** argv) {
  try {
    std::signal(SIGPIPE, SIG_IGN);  // a server that closes is told of by the write
    vendaval::bench::raise_limits();
    return vendaval::bench::run(argc, argv);
  } catch (std::exception const& e) {
    fmt::print(stderr, "load: {}\n", e.what());
    return 1;
  }
}
