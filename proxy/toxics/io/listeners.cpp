#include "proxy/toxics/io/listeners.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>

#include "base/ascii.hpp"
#include "base/io/tls.hpp"
#include "base/listen_address.hpp"

namespace vendaval::toxics {
namespace {

using io::error_code;
using acceptor = asio::basic_socket_acceptor<io::tcp, asio::io_context::executor_type>;

/// "listen tcp 127.0.0.1:3310: bind: address already in use", as Go says it.
std::string sentence(std::string const& listen, std::string_view what, error_code error) {
  return fmt::format("listen tcp {}: {}: {}", listen, what, lower(error.message()));
}

std::expected<io::tcp::endpoint, std::string> endpoint_of(std::string const& listen) {
  auto const parsed = listen_address::parse(listen);
  if (!parsed) return std::unexpected(fmt::format("address {}: missing port in address", listen));
  error_code error;
  auto const address = asio::ip::make_address(parsed->host == "localhost" ? "127.0.0.1" : parsed->host, error);
  if (error)
    return std::unexpected(
        fmt::format("listen tcp: lookup {}: give an address of this machine in place of a name", parsed->host));
  return io::tcp::endpoint(address, parsed->port);
}

std::expected<void, std::string> listen_on(acceptor& on, io::tcp::endpoint const& at, std::string const& listen) {
  error_code error;
  on.open(at.protocol(), error);
  if (error) return std::unexpected(sentence(listen, "socket", error));
  on.set_option(acceptor::reuse_address(true), error);
  on.bind(at, error);
  if (error) return std::unexpected(sentence(listen, "bind", error));
  on.listen(asio::socket_base::max_listen_connections, error);
  if (error) return std::unexpected(sentence(listen, "listen", error));
  return {};
}

std::shared_ptr<route> route_of(proxy_entry const& p) {
  auto const to = listen_address::parse(p.upstream).value();
  auto result = std::make_shared<route>();
  result->name = p.name;
  result->host = to.host;
  result->port = std::to_string(to.port);
  result->http = p.http;
  if (p.tls) result->server.emplace(server_context(tls_identity{p.tls->certificate, p.tls->key}));
  if (p.upstream_tls) {
    result->client.emplace(client_context(tls_trust{p.upstream_tls->ca, std::nullopt, {}}));
    result->verify_name = p.upstream_tls->server_name.empty() ? to.host : p.upstream_tls->server_name;
    io::keep_sessions(result->client->native_handle());
  }
  return result;
}

}  // namespace

/// One proxy while it listens.
struct listeners::live {
  live(asio::io_context& io, proxy_entry const& p) : name(p.name), to(route_of(p)), toxics(p.toxics), door(io) {}

  std::string name;
  std::shared_ptr<route> to;
  toxic_list toxics;
  acceptor door;
  std::list<std::shared_ptr<relay>> relays;
  bool closed = false;
};

/// Held by every connection, so that whoever ends last frees it.
struct listeners::shared : std::enable_shared_from_this<listeners::shared> {
  shared(asio::io_context& i, std::uint64_t s, std::shared_ptr<spdlog::logger> l)
      : io(i), tools(std::make_shared<relay_tools>(i, std::move(l))), seed(s) {}

  asio::awaitable<void> accept_all(std::shared_ptr<live> on);
  void let_in(std::shared_ptr<live> const& on, io::tcp_socket socket);

  asio::io_context& io;
  std::shared_ptr<relay_tools> tools;
  std::uint64_t seed;
  std::map<std::string, std::shared_ptr<live>> open;
  std::map<std::string, std::shared_ptr<route>> last_route;  // of a proxy that is disabled now: its counters go on
  std::map<std::string, std::uint64_t> accepted;             // connections so far: the ordinal of the next one
  std::size_t connections = 0;
};

asio::awaitable<void> listeners::shared::accept_all(std::shared_ptr<live> on) {
  auto const self = shared_from_this();
  while (!on->closed) {
    io::tcp_socket socket(io.get_executor());
    auto const [error] = co_await on->door.async_accept(socket, no_throw);
    if (on->closed) co_return;
    if (!error) {
      let_in(on, std::move(socket));
      continue;
    }
    tools->log->warn("{}: cannot accept a connection: {}", on->name,
                     error.message());  // most often no descriptor is free
    co_await tools->time.sleep_for(100ms);
  }
}

void listeners::shared::let_in(std::shared_ptr<live> const& on, io::tcp_socket socket) {
  auto const ordinal = ++accepted[on->name];
  if (connections >= most_connections) return;
  ++connections;
  auto const one = on->relays.insert(
      on->relays.end(), std::make_shared<relay>(tools, std::move(socket), on->to,
                                                dice_keys{seed, dice::key(on->name), ordinal}, on->toxics));
  asio::co_spawn(io, (*one)->run(), [self = shared_from_this(), on, one](std::exception_ptr const& error) {
    on->relays.erase(one);
    --self->connections;
    self->tools->complain(on->name, error);
  });
}

listeners::listeners(asio::io_context& io, std::uint64_t seed, std::shared_ptr<spdlog::logger> log)
    : shared_(std::make_shared<shared>(io, seed, std::move(log))) {}

listeners::~listeners() {
  while (!shared_->open.empty()) close(shared_->open.begin()->first);
}

std::expected<std::string, std::string> listeners::open(proxy_entry const& proxy) {
  auto const at = endpoint_of(proxy.listen);
  if (!at) return std::unexpected(at.error());
  std::shared_ptr<live> fresh;
  try {
    fresh = std::make_shared<live>(shared_->io, proxy);
  } catch (std::exception const& e) {
    return std::unexpected(e.what());
  }
  if (auto const listening = listen_on(fresh->door, *at, proxy.listen); !listening)
    return std::unexpected(listening.error());
  if (auto const before = shared_->last_route.find(proxy.name); before != shared_->last_route.end())
    fresh->to->counts = before->second->counts;
  shared_->last_route[proxy.name] = fresh->to;
  shared_->open[proxy.name] = fresh;
  asio::co_spawn(
      shared_->io, shared_->accept_all(fresh),
      [self = shared_, name = proxy.name](std::exception_ptr const& error) { self->tools->complain(name, error); });
  auto const real = fresh->door.local_endpoint();
  return listen_address{real.address().to_string(), real.port()}.text();
}

void listeners::close(std::string const& name) {
  auto const at = shared_->open.find(name);
  if (at == shared_->open.end()) return;
  auto const gone = at->second;
  shared_->open.erase(at);
  gone->closed = true;
  error_code ignored;
  gone->door.close(ignored);
  for (auto const& one : gone->relays) one->end();
}

void listeners::retune(proxy_entry const& proxy) {
  auto const at = shared_->open.find(proxy.name);
  if (at == shared_->open.end()) return;
  at->second->toxics = proxy.toxics;
  for (auto const& one : at->second->relays) one->tune(proxy.toxics);
}

void listeners::forget(std::string const& name) {
  shared_->last_route.erase(name);
  shared_->accepted.erase(name);
}

byte_counts listeners::counts(std::string const& name, direction way) const {
  auto const at = shared_->last_route.find(name);
  return at == shared_->last_route.end() ? byte_counts{} : at->second->counts[static_cast<std::size_t>(way)];
}

}  // namespace vendaval::toxics
