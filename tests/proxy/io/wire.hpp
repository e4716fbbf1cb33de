#pragma once
/// Both ends of the proxy, for its tests: blocking, over real TLS sockets on loopback, saying exactly the bytes they
/// are told to. Every read gives up after ten seconds, so that a mistake fails a test instead of hanging it.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/io/tls.hpp"

namespace vendaval::test {

namespace asio = boost::asio;

/// One side of a connection.
class wire {
 public:
  explicit wire(asio::ip::tcp::socket socket);
  using tuning = std::function<void(SSL_CTX*)>;  // what a test wants to be different
  /// TLS, as a client that trusts `ca_file` and asks for `name`, or as a server. The first throws when it fails.
  void connect_tls(std::string const& ca_file, std::string const& name, tuning const& tune = {},
                   SSL_SESSION* resumed = nullptr);
  bool accept_tls(asio::ssl::context& context);

  bool say(std::string_view text);
  /// Up to and with `last`; what there was when the other side closed, without it.
  std::string hear_until(std::string_view last);
  std::string hear(std::size_t count);
  std::string hear_all();
  std::string hear_some();  // what comes next; empty at the end
  SSL* tls() { return tls_->native_handle(); }
  boost::system::error_code ended() const { return error_; }
  void shut();
  void say_goodbye();  // in TLS, and waits for the other side to close
  void close() { socket_.close(error_); }
  void reset();
  void wake();  // from another thread: ends what this side is waiting for

 private:
  bool more();

  asio::ip::tcp::socket socket_;
  std::unique_ptr<asio::ssl::context> context_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
  std::string heard_;
  boost::system::error_code error_;
};

struct message {
  std::string head, body;  // head with its blank line; body decoded
  explicit operator bool() const { return !head.empty(); }
  std::string first_line() const { return head.substr(0, head.find('\r')); }
  std::string target() const;
  std::string header(std::string_view name) const;
};

/// Reads one whole message; an empty head when there is none.
message hear_message(wire& from, bool answer_to_head = false);

/// "HTTP/1.1 200 OK" with a Content-Length.
std::string answer(std::string const& body, std::string const& type = "application/json", int status = 200);

/// The upstream: a thread per connection. What it answers is up to the test.
class bank {
 public:
  using script = std::function<void(wire&, message)>;  // answers one request
  using talk = std::function<void(wire&)>;             // has a connection to itself
  bank(std::optional<tls_identity> tls, script answers, wire::tuning const& tune = {});
  bank(std::optional<tls_identity> tls, talk whole);
  ~bank();
  std::uint16_t port() const { return port_; }
  std::vector<message> asked() const;
  int connections() const { return connections_; }
  int handshakes() const { return handshakes_; }

 private:
  void listen(std::optional<tls_identity> tls, wire::tuning const& tune);
  void accept();
  void answer_each(wire& connection);
  void serve(std::shared_ptr<wire> connection);

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_{io_};
  std::uint16_t port_ = 0;
  std::optional<asio::ssl::context> tls_;
  script answers_;
  talk talk_;
  std::atomic<int> connections_{0}, handshakes_{0};
  std::atomic<bool> closing_{false};
  mutable std::mutex lock_;
  std::vector<message> asked_;
  std::vector<std::shared_ptr<wire>> wires_;
  std::vector<std::thread> threads_;
  std::thread listener_;
};

}  // namespace vendaval::test
