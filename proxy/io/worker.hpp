#pragma once
#include <array>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <vector>

#include "base/io/flawed_certificates.hpp"
#include "base/io/ticket_keys.hpp"
#include "proxy/faults/active.hpp"
#include "proxy/faults/decide_handshake.hpp"
#include "proxy/framing/flaw.hpp"
#include "proxy/io/admission.hpp"
#include "proxy/io/asker.hpp"
#include "proxy/io/channel.hpp"
#include "proxy/io/gateway.hpp"
#include "proxy/io/roster.hpp"

namespace vendaval::io {

class session;
class worker;

/// Through which listener a client came.
enum class way_in : std::uint8_t { reverse, forward };

/// What a reload replaces while everything goes on: each data thread takes it over by message, and what has begun under
/// the old terms ends under them.
struct terms {
  gateway_limits limits;
  std::optional<asio::ssl::context> server_tls, usual_tls;
  // For connections that a fault of the handshake may meet:
  std::optional<asio::ssl::context> watched_tls;  // as server_tls, and stops at the client's hello
  std::optional<flawed_certificates> flawed;
  std::map<std::string, asio::ssl::context> other_tls;  // for upstreams beside the usual one, by CA file
};

/// How often, by framing::flaw.
using flaw_tally = std::array<std::atomic<std::uint64_t>, framing::flaw_names.size()>;

/// What all data threads read and, where it is atomic, count.
struct common {
  explicit common(gateway_settings s);

  gateway_settings settings;
  place_table places;
  std::vector<std::string> own_hosts;                         // lower case, without port
  std::map<std::size_t, asio::ssl::context> intercepted_tls;  // by number of the place; with a leaf of our CA
  std::shared_ptr<ticket_keys> tickets = std::make_shared<ticket_keys>();  // they outlive a reload
  std::shared_ptr<terms> first_terms;
  admission door;
  faults::ordinals ordinals;
  faults::active_faults active;
  std::uint64_t secret = std::random_device{}();  // keys the hashes of credentials: they mean nothing elsewhere
  std::vector<std::unique_ptr<worker>> workers;
  std::atomic<std::uint64_t> connections{0}, turned_away{0}, requests{0}, lost{0}, in_doubt{0}, refused_hosts{0};
  flaw_tally refused_requests{}, invalid_answers{};

  static void count(flaw_tally& in, framing::flaw what) {
    in[static_cast<std::size_t>(what)].fetch_add(1, std::memory_order_relaxed);
  }
  bool serves(std::string_view authority) const;
};

/// One data thread: its listener, its sessions, its pool of upstream connections, its copy of the armed faults. Except
/// where said, only that thread calls.
class worker {
 public:
  /// Binds; throws boost::system::system_error.
  worker(common& c, unsigned index, tcp::endpoint const& at);
  /// Binds a second listener, for clients that use us as their proxy; throws the same. Before run().
  void listen_forward(tcp::endpoint const& at) { listen(at, way_in::forward); }
  ~worker();

  void run();  // the body of the thread
  // From any thread:
  void stop();
  void wind_down();  // no further connections; those there are finish what is in flight
  void adopt(std::shared_ptr<terms> fresh);
  tcp::endpoint endpoint(way_in way) const { return doors_[static_cast<std::size_t>(way)].listener.local_endpoint(); }
  asio::io_context& io() { return io_; }
  std::vector<flight> flights();
  // From the one control thread:
  void drain(std::vector<exchange>& into);

  void arm(std::shared_ptr<faults::armed_set const> armed);

  // For sessions:
  common& shared() { return common_; }
  gateway_limits const& limits() const { return terms_->limits; }
  asio::ssl::context* server_tls() { return terms_->server_tls ? &*terms_->server_tls : nullptr; }
  /// May a fault meet a handshake that begins now?
  bool handshakes_at_risk() const { return !armed_->faults.empty() && faults::any_in_handshakes(*armed_); }
  std::shared_ptr<terms> in_force() const { return terms_; }
  asio::ssl::context& client_tls(upstream_place const& place) {
    bool const usual = place.number == common_.places.usual().number;
    return usual ? *terms_->usual_tls : terms_->other_tls.at(place.ca_file);
  }
  bool winding_down() const { return winding_down_; }
  time_point now() const { return std::chrono::steady_clock::now(); }
  dialects::dialect& dialect() { return *dialect_; }
  io::asker& asker() { return asker_; }
  faults::armed_set const& armed() const { return *armed_; }
  std::uint64_t next_request() { return ++requests_; }
  workbench& bench() { return bench_; }
  void report(exchange e);
  /// Remembers here and tells the other threads.
  void learn(std::vector<dialects::learned> facts);
  void remember(std::vector<dialects::learned> const& facts) { dialect_->remember(facts); }
  std::unique_ptr<channel> take_upstream(upstream_place const& place);
  void keep_upstream(upstream_place const& place, std::unique_ptr<channel> connection);
  void add(session& s);
  void remove(session& s);

 private:
  using acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
  struct door {
    acceptor listener;
    way_in way;
  };
  struct idle_upstream {
    std::size_t place;
    std::unique_ptr<channel> connection;
    time_point until;
  };
  void listen(tcp::endpoint const& at, way_in way);
  awaitable<void> accept(door& from);
  awaitable<void> tick();
  void admit(tcp_socket socket, way_in way);
  void turn_away(acceptor& from);
  void look_around();

  common& common_;
  workbench bench_;                                             // outlives every connection
  asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};  // sockets: one thread; posts: any
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::deque<door> doors_;  // in the order of way_in
  asio::steady_timer tick_{io_};
  bool stopping_ = false, winding_down_ = false;
  int spare_;  // a descriptor to give up when there are no more
  std::shared_ptr<terms> terms_;
  roster<session> sessions_;
  std::vector<flight> round_;  // the flights of this round so far
  std::vector<idle_upstream> pool_;
  std::unique_ptr<dialects::dialect> dialect_;
  io::asker asker_{*this};
  std::shared_ptr<faults::armed_set const> armed_ = std::make_shared<faults::armed_set const>();
  std::uint64_t requests_;
  boost::lockfree::spsc_queue<exchange> reports_;
  std::mutex flights_lock_;  // held for the exchange of one pointer, five times a second
  std::vector<flight> flights_;
};

}  // namespace vendaval::io
