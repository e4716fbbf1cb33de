#pragma once
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <mutex>
#include <unordered_set>

#include "proxy/faults/decide.hpp"
#include "proxy/io/asker.hpp"
#include "proxy/io/channel.hpp"
#include "proxy/io/gateway.hpp"

namespace vendaval::io {

class session;
class worker;

/// The upstream's URL, taken apart.
struct upstream_place {
  bool secure = true;
  std::string host, port;   // to connect to
  std::string authority;    // for the Host field: "sandbox.belvo.com"
  std::string origin;       // "https://sandbox.belvo.com"
  std::string verify_name;  // to ask for and to verify in TLS
};

/// What all data threads read and, where it is atomic, count.
struct common {
  gateway_settings settings;
  upstream_place upstream;
  std::vector<std::string> own_hosts;  // lower case, without port
  std::optional<asio::ssl::context> server_tls, client_tls;
  faults::ordinals ordinals;
  std::vector<std::unique_ptr<worker>> workers;
  std::atomic<std::uint32_t> open{0};
  std::atomic<std::uint64_t> connections{0}, requests{0}, lost{0}, in_doubt{0}, refused_hosts{0};

  bool serves(std::string_view authority) const;
};

/// One data thread: its listener, its sessions, its pool of upstream connections, its copy of the armed faults. Except
/// where said, only that thread calls.
class worker {
 public:
  /// Binds; throws boost::system::system_error.
  worker(common& c, unsigned index, tcp::endpoint const& at);
  ~worker();

  void run();  // the body of the thread
  // From any thread:
  void stop();
  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  asio::io_context& io() { return io_; }
  std::vector<flight> flights();
  // From the one control thread:
  void drain(std::vector<exchange>& into);

  void arm(std::shared_ptr<faults::armed_set const> armed);

  // For sessions:
  common& shared() { return common_; }
  gateway_limits const& limits() const { return common_.settings.limits; }
  time_point now() const { return std::chrono::steady_clock::now(); }
  dialects::dialect& dialect() { return *dialect_; }
  io::asker& asker() { return asker_; }
  faults::armed_set const& armed() const { return *armed_; }
  std::uint64_t next_request() { return ++requests_; }
  void report(exchange e);
  /// Remembers here and tells the other threads.
  void learn(std::vector<dialects::learned> facts);
  void remember(std::vector<dialects::learned> const& facts) { dialect_->remember(facts); }
  std::unique_ptr<channel> take_upstream();
  void keep_upstream(std::unique_ptr<channel> connection);
  void add(session* s) { sessions_.insert(s); }
  void remove(session* s) { sessions_.erase(s); }

 private:
  using acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
  struct idle_upstream {
    std::unique_ptr<channel> connection;
    time_point until;
  };
  awaitable<void> accept();
  awaitable<void> tick();
  void admit(tcp_socket socket);
  void look_around();

  common& common_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  acceptor acceptor_{io_.get_executor()};
  asio::steady_timer pause_{io_}, tick_{io_};
  bool stopping_ = false;
  std::unordered_set<session*> sessions_;
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
