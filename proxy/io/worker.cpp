#include "proxy/io/worker.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "proxy/framing/characters.hpp"
#include "proxy/framing/target.hpp"
#include "proxy/io/session.hpp"
#include "proxy/io/system_calls.hpp"

namespace vendaval::io {
namespace {

constexpr duration round_length = 200ms;
constexpr std::size_t looked_at_once = 64;  // then whoever has something to do comes first
// Asio has no public option for it.
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

int spare_descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

auto logged(common& c, std::string what) {
  return [&c, what = std::move(what)](std::exception_ptr error) {
    if (!error || !c.settings.log) return;
    try {
      std::rethrow_exception(error);
    } catch (std::exception const& e) {
      c.settings.log->error("{} ended unexpectedly: {}", what, e.what());
    }
  };
}

}  // namespace

bool common::serves(std::string_view authority) const {
  return std::ranges::find(own_hosts, lower(framing::host_of(authority))) != own_hosts.end();
}

worker::worker(common& c, unsigned index, tcp::endpoint const& at)
    : common_(c),
      spare_(spare_descriptor()),
      terms_(c.first_terms),
      dialect_(c.settings.make_dialect()),
      requests_(static_cast<std::uint64_t>(index + 1) << 48),
      reports_(c.settings.report_queue) {
  listen(at, way_in::reverse);
}

void worker::listen(tcp::endpoint const& at, way_in way) {
  auto& listener = doors_.emplace_back(acceptor(io_.get_executor()), way).listener;
  listener.open(at.protocol());
  listener.set_option(asio::socket_base::reuse_address(true));
  listener.set_option(reuse_port(true));
  stamp_arrivals(listener.native_handle());
  listener.bind(at);
  listener.listen();
}

worker::~worker() {
  if (spare_ >= 0) ::close(spare_);
}

void worker::run() {
  prefer_short_turns();
  for (auto& one : doors_) asio::co_spawn(io_, accept(one), logged(common_, "a listener"));
  asio::co_spawn(io_, tick(), logged(common_, "the watch over deadlines"));
  io_.run();
}

void worker::stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    error_code ignored;
    for (auto& one : doors_) one.listener.close(ignored);
    tick_.cancel();
    pool_.clear();
    for (auto* const s : sessions_.all()) s->terminate();
    work_.reset();
  });
}

/// A listener that closes resets whoever waits in its queue, so they come in first.
void worker::wind_down() {
  asio::post(io_, [this] {
    if (stopping_ || std::exchange(winding_down_, true)) return;
    for (auto* const s : sessions_.all()) s->last_call();
    for (auto& one : doors_) {
      error_code error;
      one.listener.cancel(error);
      one.listener.non_blocking(true, error);
      while (!error) {
        tcp_socket waiting(io_.get_executor());
        one.listener.accept(waiting, error);
        if (!error) admit(std::move(waiting), one.way);
      }
      one.listener.close(error);
    }
  });
}

void worker::adopt(std::shared_ptr<terms> fresh) {
  asio::post(io_, [this, fresh = std::move(fresh)] {
    terms_ = fresh;
    pool_.clear();  // connections made under other certificates
  });
}

awaitable<void> worker::accept(door& from) {
  asio::steady_timer pause(io_);
  while (!stopping_ && !winding_down_) {
    auto [error, socket] = co_await from.listener.async_accept(no_throw);
    if (!error) {
      admit(std::move(socket), from.way);
      continue;
    }
    if (stopping_ || winding_down_) co_return;
    if (error.value() == EMFILE || error.value() == ENFILE) turn_away(from.listener);
    // Wait for descriptors to come back rather than spin.
    if (common_.settings.log) common_.settings.log->warn("cannot accept a connection: {}", error.message());
    pause.expires_after(100ms);
    co_await pause.async_wait(no_throw);
  }
}

void worker::admit(tcp_socket socket, way_in way) {
  if (stopping_) return;
  common_.connections.fetch_add(1, std::memory_order_relaxed);
  error_code gone;
  auto place = common_.door.enter(socket.remote_endpoint(gone).address(), limits());
  if (!place) common_.turned_away.fetch_add(1, std::memory_order_relaxed);
  if (!place || gone) return;
  auto const client = std::make_shared<session>(*this, std::move(socket), way, std::move(place));
  asio::co_spawn(io_, client->run(), [client](std::exception_ptr) {});  // run() lets nothing escape
}

/// Out of descriptors: whoever waits is told by a closed connection, in place of hanging in the queue.
void worker::turn_away(acceptor& from) {
  if (spare_ < 0) return;
  ::close(std::exchange(spare_, -1));
  for (int refused = 0; refused < 1000; ++refused) {
    int const one = ::accept4(from.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (one < 0) break;
    ::close(one);
    common_.turned_away.fetch_add(1, std::memory_order_relaxed);
  }
  spare_ = spare_descriptor();
}

void worker::add(session& s) { sessions_.add(s); }
void worker::remove(session& s) { sessions_.remove(s); }

awaitable<void> worker::tick() {
  while (!stopping_) {
    tick_.expires_after(round_length / (1 + sessions_.all().size() / looked_at_once));
    co_await tick_.async_wait(no_throw);
    look_around();
  }
}

/// Looks at the next few sessions; after the last one a round is complete.
void worker::look_around() {
  auto const t = now();
  bool const complete = sessions_.look(looked_at_once, [&](session& s) {
    s.look_at(t);
    s.add_flight(round_);
  });
  if (!complete) return;
  std::erase_if(pool_, [t](idle_upstream const& idle) { return t >= idle.until; });
  for (auto const& idle : pool_) idle.connection->rest();
  {
    std::scoped_lock const held(flights_lock_);
    flights_.swap(round_);
  }
  round_.clear();
}

std::vector<flight> worker::flights() {
  std::scoped_lock const held(flights_lock_);
  return flights_;
}

void worker::drain(std::vector<exchange>& into) {
  reports_.consume_all([&into](exchange& e) { into.push_back(std::move(e)); });
}

void worker::arm(std::shared_ptr<faults::armed_set const> armed) {
  if (armed->epoch <= armed_->epoch) return;
  armed_ = std::move(armed);
  for (auto* const s : sessions_.all()) s->wake();
}

void worker::report(exchange e) {
  if (!reports_.push(std::move(e))) common_.lost.fetch_add(1, std::memory_order_relaxed);
}

void worker::learn(std::vector<dialects::learned> facts) {
  if (facts.empty()) return;
  remember(facts);
  if (common_.settings.on_learned) common_.settings.on_learned(facts);
  if (common_.workers.size() < 2) return;
  auto const told = std::make_shared<std::vector<dialects::learned> const>(std::move(facts));
  for (auto const& other : common_.workers) {
    auto* const to = other.get();
    if (to != this) asio::post(to->io_, [to, told] { to->remember(*told); });
  }
}

std::unique_ptr<channel> worker::take_upstream(upstream_place const& place) {
  for (;;) {
    auto const at = std::ranges::find(pool_.rbegin(), pool_.rend(), place.number, &idle_upstream::place);
    if (at == pool_.rend()) return nullptr;
    auto idle = std::move(*at);
    pool_.erase(std::next(at).base());
    if (coarse_now() < idle.until && idle.connection->quiet()) return std::move(idle.connection);
  }
}

void worker::keep_upstream(upstream_place const& place, std::unique_ptr<channel> connection) {
  if (stopping_ || winding_down_ || pool_.size() >= limits().pooled_upstream) return;
  pool_.push_back({place.number, std::move(connection), coarse_now() + limits().upstream_idle});
}

}  // namespace vendaval::io
