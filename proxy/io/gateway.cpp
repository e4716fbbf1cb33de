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
#include "base/io/ticket_keys.hpp"
#include "base/io/tls.hpp"
#include "proxy/framing/characters.hpp"
#include "proxy/framing/target.hpp"
#include "proxy/io/worker.hpp"

namespace vendaval {
namespace {

using namespace io;

int choose_http11(SSL*, unsigned char const** out, unsigned char* size, unsigned char const* offered, unsigned count,
                  void*) {
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  auto* chosen = const_cast<unsigned char*>(*out);
  auto const found = SSL_select_next_proto(&chosen, size, spoken, sizeof spoken - 1, offered, count);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

asio::ssl::context speaking_http11(asio::ssl::context context) {
  SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_http11, nullptr);
  return context;
}

asio::ssl::context with_sessions(asio::ssl::context context) {
  keep_sessions(context.native_handle());
  return context;
}

/// Contexts for every place that there is in `c`, by what `s` says now.
std::shared_ptr<terms> terms_of(gateway_settings const& s, common const& c) {
  auto fresh = std::make_shared<terms>();
  fresh->limits = s.limits;
  if (s.tls) {
    tls_service service{{*s.tls}, s.client_ca, c.tickets};
    service.identities.insert(service.identities.end(), s.more_tls.begin(), s.more_tls.end());
    fresh->server_tls = speaking_http11(server_context(service));
    fresh->watched_tls = speaking_http11(server_context(service));
    watch_hellos(fresh->watched_tls->native_handle());
    fresh->flawed.emplace(service.identities, s.fault_ca);
  }
  auto trust = s.upstream_trust;
  trust.ca_file = s.upstream.ca_file;
  if (c.places.usual().secure) fresh->usual_tls = with_sessions(client_context(trust));
  for (auto const& place : c.places.all().subspan(1)) {
    if (!place.secure || fresh->other_tls.contains(place.ca_file)) continue;
    bool const shared = place.ca_file == c.settings.upstream.ca_file;
    fresh->other_tls.emplace(place.ca_file,
                             with_sessions(client_context({shared ? s.upstream.ca_file : place.ca_file, {}, {}})));
  }
  if (!trust.pin.empty() && s.log)
    s.log->warn("{} is trusted by its public key alone, neither chain nor name are looked at: {}",
                c.places.usual().origin, s.pin_reason);
  return fresh;
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

/// What has happened at all.
std::vector<std::pair<std::string_view, std::uint64_t>> named(flaw_tally const& tally) {
  std::vector<std::pair<std::string_view, std::uint64_t>> all;
  for (std::size_t i = 0; i < tally.size(); ++i)
    if (auto const n = tally[i].load(std::memory_order_relaxed)) all.emplace_back(framing::flaw_names[i], n);
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

io::common::common(gateway_settings s)
    : settings(std::move(s)),
      places(settings.upstream, settings.allowed_hosts),
      own_hosts(hosts_of(settings, places.usual())),
      active(settings.max_active_faults) {
  first_terms = terms_of(settings, *this);
  for (auto const& place : places.all()) {
    if (place.secure && settings.intercept)
      intercepted_tls.emplace(place.number, speaking_http11(minted_context(*settings.intercept, place.host)));
  }
}

struct gateway::state {
  explicit state(gateway_settings s) : shared(std::move(s)) {}

  common shared;
  std::vector<std::thread> threads;
  std::uint16_t port = 0, forward_port = 0;
  std::uint64_t seed = 0;
  bool started = false, stopped = false;

  void bind() {
    auto const& s = shared.settings;
    auto const count = s.threads > 0 ? s.threads : std::max(1u, std::thread::hardware_concurrency());
    port = listen(s.listen, "the proxy", [&](tcp::endpoint at) {
      for (unsigned i = 0; i < count; ++i) {
        shared.workers.push_back(std::make_unique<worker>(shared, i, at));
        at = shared.workers.front()->endpoint(way_in::reverse);
      }
      return at;
    });
    if (!s.forward_listen) return;
    if (!s.forward_listen->loopback())
      throw std::runtime_error(
          fmt::format("forward_listen {} could be used from other machines, with credentials in the clear; use a "
                      "loopback address such as 127.0.0.1",
                      s.forward_listen->text()));
    forward_port = listen(*s.forward_listen, "the forward proxy", [&](tcp::endpoint at) {
      for (auto const& w : shared.workers) {
        w->listen_forward(at);
        at = shared.workers.front()->endpoint(way_in::forward);
      }
      return at;
    });
  }

  /// `open` binds one listener per data thread to an address and says which it became.
  template <class Open>
  std::uint16_t listen(listen_address const& where, std::string_view who, Open&& open) {
    try {
      tcp::endpoint const at(asio::ip::make_address(where.host == "localhost" ? "127.0.0.1" : where.host), where.port);
      check_free(at);
      return open(at).port();
    } catch (boost::system::system_error const& e) {
      throw std::runtime_error(fmt::format("{} cannot listen on {}: {}; free the port or change its listen address",
                                           who, where.text(), e.code().message()));
    }
  }
};

gateway::gateway(gateway_settings s) : state_(std::make_unique<state>(std::move(s))) { state_->bind(); }

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

void gateway::wind_down() {
  for (auto const& w : state_->shared.workers) w->wind_down();
}

std::uint32_t gateway::open() const { return state_->shared.door.inside(); }

void gateway::reload(gateway_settings const& s) {
  if (s.tls.has_value() != state_->shared.settings.tls.has_value())
    throw std::runtime_error("the proxy cannot turn TLS on or off while it runs: restart it");
  auto const fresh = terms_of(s, state_->shared);
  for (auto const& w : state_->shared.workers) w->adopt(fresh);
}

std::uint16_t gateway::port() const { return state_->port; }
std::uint16_t gateway::forward_port() const { return state_->forward_port; }

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
  now.open = c.door.inside();
  now.turned_away = c.turned_away.load(std::memory_order_relaxed);
  now.connections = c.connections.load(std::memory_order_relaxed);
  now.requests = c.requests.load(std::memory_order_relaxed);
  now.exchanges_lost = c.lost.load(std::memory_order_relaxed);
  now.faults_active = c.active.now();
  now.faults_overflowed = c.active.overflowed();
  now.pass_through = c.in_doubt.load(std::memory_order_relaxed);
  now.refused_hosts = c.refused_hosts.load(std::memory_order_relaxed);
  now.requests_refused = named(c.refused_requests);
  now.upstream_invalid = named(c.invalid_answers);
  return now;
}

}  // namespace vendaval
