#include "proxy/io/gateway.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <stdexcept>
#include <thread>

#include "base/ascii.hpp"
#include "base/io/tls.hpp"
#include "proxy/framing/characters.hpp"
#include "proxy/framing/target.hpp"
#include "proxy/io/worker.hpp"

namespace vendaval {
namespace {

using namespace io;

upstream_place place_of(upstream_settings const& s) {
  framing::request_head parsed;
  if (!framing::read_target(s.url, parsed) || parsed.form != framing::target_form::absolute || parsed.target != "/")
    throw std::runtime_error(
        fmt::format("upstream url = \"{}\" is not understood; accepted is a scheme, a host and an optional port, "
                    "such as \"https://sandbox.belvo.com\"",
                    s.url));
  upstream_place place;
  place.secure = lower(s.url).starts_with("https://");
  place.authority = lower(std::string(parsed.authority));
  place.host = std::string(framing::host_of(place.authority));
  auto const port = std::string_view(place.authority).substr(place.host.size());
  place.port = port.empty() ? (place.secure ? "443" : "80") : std::string(port.substr(1));
  place.origin = (place.secure ? "https://" : "http://") + place.authority;
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  place.verify_name = s.server_name.empty() ? place.host : s.server_name;
  return place;
}

void check_allowed(gateway_settings const& s, upstream_place const& place) {
  auto const same = [&place](std::string const& host) { return lower(host) == place.host; };
  if (std::ranges::any_of(s.allowed_hosts, same)) return;
  throw std::runtime_error(fmt::format(
      "the upstream {} is not on the allow-list of hosts (allowed: {}); add \"{}\" to allowed_hosts if breaking it on "
      "purpose is really meant",
      place.origin, s.allowed_hosts.empty() ? "none" : fmt::format("{}", fmt::join(s.allowed_hosts, ", ")),
      place.host));
}

int choose_http11(SSL*, unsigned char const** out, unsigned char* size, unsigned char const* offered, unsigned count,
                  void*) {
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  auto* chosen = const_cast<unsigned char*>(*out);
  auto const found = SSL_select_next_proto(&chosen, size, spoken, sizeof spoken - 1, offered, count);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

asio::ssl::context upstream_context(upstream_settings const& s) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  error_code error;
  if (s.ca_file.empty())
    context.set_default_verify_paths(error);
  else
    context.load_verify_file(s.ca_file, error);
  if (error)
    throw std::runtime_error(fmt::format("the upstream's CA file {} cannot be used: {}", s.ca_file, error.message()));
  return context;
}

/// Every listener shares its port by SO_REUSEPORT, and so would a second Vendaval by mistake: look first without it.
void check_free(tcp::endpoint const& at) {
  if (at.port() == 0) return;
  asio::io_context io;
  tcp::acceptor probe(io);
  probe.open(at.protocol());
  probe.set_option(asio::socket_base::reuse_address(true));
  probe.bind(at);
}

std::vector<std::string> hosts_of(gateway_settings const& s, upstream_place const& place) {
  std::vector<std::string> all{"localhost", "127.0.0.1", "[::1]", lower(s.listen.host),
                               std::string(framing::host_of(place.authority))};
  for (auto const& name : s.server_names) all.push_back(lower(name));
  return all;
}

/// Lets one thread wait until others have all done something.
class countdown {
 public:
  explicit countdown(std::size_t n) : left_(n) {}
  void done() {
    std::scoped_lock const held(lock_);
    if (--left_ == 0) all_done_.notify_all();
  }
  void wait(duration limit) {
    std::unique_lock held(lock_);
    all_done_.wait_for(held, limit, [this] { return left_ == 0; });
  }

 private:
  std::mutex lock_;
  std::condition_variable all_done_;
  std::size_t left_;
};

}  // namespace

struct gateway::state {
  common shared;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  std::uint64_t seed = 0;
  bool started = false, stopped = false;

  void bind() {
    auto const& listen = shared.settings.listen;
    try {
      tcp::endpoint at(asio::ip::make_address(listen.host == "localhost" ? "127.0.0.1" : listen.host), listen.port);
      check_free(at);
      auto const wanted = shared.settings.threads;
      auto const count = wanted > 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
      for (unsigned i = 0; i < count; ++i) {
        shared.workers.push_back(std::make_unique<worker>(shared, i, at));
        at = shared.workers.front()->endpoint();
      }
      port = at.port();
    } catch (boost::system::system_error const& e) {
      throw std::runtime_error(
          fmt::format("the proxy cannot listen on {}: {}; free the port or change the proxy's listen address",
                      listen.text(), e.code().message()));
    }
  }
};

gateway::gateway(gateway_settings s) : state_(std::make_unique<state>()) {
  auto& shared = state_->shared;
  shared.upstream = place_of(s.upstream);
  check_allowed(s, shared.upstream);
  shared.own_hosts = hosts_of(s, shared.upstream);
  if (s.tls) {
    shared.server_tls = server_context(*s.tls);
    SSL_CTX_set_alpn_select_cb(shared.server_tls->native_handle(), choose_http11, nullptr);
  }
  if (shared.upstream.secure) shared.client_tls = upstream_context(s.upstream);
  shared.settings = std::move(s);
  state_->bind();
}

gateway::~gateway() { stop(); }

void gateway::start() {
  if (std::exchange(state_->started, true)) return;
  for (auto const& w : state_->shared.workers) state_->threads.emplace_back([&one = *w] { one.run(); });
}

void gateway::stop() {
  if (!state_->started || std::exchange(state_->stopped, true)) return;
  for (auto const& w : state_->shared.workers) w->stop();
  for (auto& t : state_->threads) t.join();
}

std::uint16_t gateway::port() const { return state_->port; }

void gateway::publish(std::shared_ptr<faults::armed_set const> armed) {
  auto& shared = state_->shared;
  if (armed->seed != state_->seed) shared.ordinals.reset();  // a new run: its rolls start at the beginning
  state_->seed = armed->seed;
  auto const taken = std::make_shared<countdown>(shared.workers.size());
  for (auto const& w : shared.workers)
    asio::post(w->io(), [one = w.get(), armed, taken] {
      one->arm(armed);
      taken->done();
    });
  // So that after a kill has returned no new effect starts anywhere (S3).
  if (state_->started && !state_->stopped) taken->wait(100ms);
}

std::vector<exchange> gateway::drain() {
  std::vector<exchange> all;
  for (auto const& w : state_->shared.workers) w->drain(all);
  return all;
}

std::vector<flight> gateway::flights() {
  std::vector<flight> all;
  for (auto const& w : state_->shared.workers) {
    auto some = w->flights();
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

path_counts gateway::counts() const {
  auto const& c = state_->shared;
  path_counts now;
  now.connections = c.connections.load(std::memory_order_relaxed);
  now.requests = c.requests.load(std::memory_order_relaxed);
  now.exchanges_lost = c.lost.load(std::memory_order_relaxed);
  now.pass_through = c.in_doubt.load(std::memory_order_relaxed);
  now.refused_hosts = c.refused_hosts.load(std::memory_order_relaxed);
  return now;
}

}  // namespace vendaval
