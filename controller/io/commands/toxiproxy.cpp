#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <random>

#include "base/io/file.hpp"
#include "base/io/log.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/process.hpp"
#include "controller/io/token.hpp"
#include "controller/version.hpp"
#include "proxy/toxics/io/toxiproxy.hpp"

namespace vendaval::controller {
namespace {

struct command_options {
  std::string listen = "127.0.0.1:8474", config, token_file, lease = "1h", level = "info";
  std::vector<std::string> allow;
  std::optional<std::uint64_t> seed;
  bool listen_anywhere = false;
};

listen_address address(std::string const& text) {
  auto const parsed = listen_address::parse(text);
  if (!parsed) throw usage_error(fmt::format("--listen \"{}\" is not an address such as 127.0.0.1:8474", text));
  return *parsed;
}

toxics::book_settings book_of(command_options const& o) {
  toxics::book_settings book;
  book.listen_anywhere = o.listen_anywhere;
  for (auto const& text : o.allow) {
    auto const host = allowed_host::parse(text);
    if (!host) throw usage_error(fmt::format("--allow \"{}\" is not a host such as redis.staging.example:6379", text));
    book.allowed.push_back(*host);
  }
  auto const lease = parse_duration(o.lease);
  if (!lease || *lease <= 0ns || *lease > book.leases.longest)
    throw usage_error(
        fmt::format("--lease \"{}\" is not a duration such as 30m, at most {}", o.lease, show(book.leases.longest)));
  book.leases.usual = *lease;
  return book;
}

void serve(command_options const& o) {
  auto const log = make_logger("toxiproxy", o.level);
  boost::asio::io_context io{1};
  toxics::toxiproxy_settings settings{.listen = address(o.listen),
                                      .token = read_token(o.token_file),
                                      .book = book_of(o),
                                      .version = std::string(version),
                                      .log = log};
  settings.seed = o.seed ? *o.seed : std::random_device()();
  toxics::toxiproxy server(io, settings);
  if (!o.config.empty()) {
    auto const text = read_file(o.config);
    if (!text) throw usage_error(fmt::format("cannot read {}: {}", o.config, text.error()));
    server.populate(*text, o.config);
  }
  boost::asio::signal_set ending(io, SIGINT, SIGTERM), kill(io, SIGUSR1);
  whenever(ending, [&io] { io.stop(); });
  whenever(kill, [&server] { server.stop("SIGUSR1"); });
  raise_descriptor_limit();
  server.start();
  log->info("Toxiproxy's API on http://{}, seed {}", listen_address{settings.listen.host, server.port()}.text(),
            settings.seed);
  io.run();
}

}  // namespace

void add_toxiproxy(CLI::App& app, int&) {
  auto const o = std::make_shared<command_options>();
  auto* command = app.add_subcommand("toxiproxy", "a drop-in for toxiproxy-server that speaks TLS and HTTP");
  command->add_option("--listen", o->listen, "where its API listens")->capture_default_str();
  command->add_option("--config", o->config, "JSON file with an array of proxies, as for POST /populate");
  command->add_option("--seed", o->seed, "of every throw of the dice; without it another each time, and logged");
  command->add_option("--lease", o->lease, "of toxics that ask for none; they are gone after it")
      ->capture_default_str();
  command->add_option("--allow", o->allow, "HOST[:PORT] that upstreams may be, beside this machine; repeatable");
  command->add_option("--token-file", o->token_file, "clients must show this token; needed off loopback");
  command->add_flag("--listen-anywhere", o->listen_anywhere, "proxies may listen where other machines reach them");
  command->add_option("--log-level", o->level, "trace, debug, info, warn, error, off")->capture_default_str();
  command->callback([o] { serve(*o); });
}

}  // namespace vendaval::controller
