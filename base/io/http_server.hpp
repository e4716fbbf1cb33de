#pragma once
/// The small HTTP server behind our own API, our pages and the sandbox. Not the data path: bodies are held in memory,
/// bounded, and one request is handled at a time per connection.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/http.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace vendaval {

namespace asio = boost::asio;

/// Certificate chain and private key as PEM files.
struct tls_identity {
  std::string certificate, key;
};

/// "127.0.0.1:8443" or "[::1]:0"; port 0 lets the system choose.
struct listen_address {
  std::string host;
  std::uint16_t port = 0;
  static std::optional<listen_address> parse(std::string_view text);
  std::string text() const;
  bool loopback() const;
};

class http_server {
 public:
  using handler = std::function<asio::awaitable<http_response>(http_request)>;
  struct settings {
    listen_address listen;
    std::optional<tls_identity> tls;
    bytes body_limit{1 << 20};
    duration idle = 75s;          // between requests and within one
    std::string name = "server";  // in error messages and the Server header
  };

  /// Binds at once: throws std::runtime_error with a sentence for people when the address is taken or a certificate
  /// unreadable. A handler that throws is answered 500. The handler outlives the server.
  http_server(asio::io_context& io, settings s, handler h);
  ~http_server();  // closes the listener and every connection
  http_server(http_server const&) = delete;

  std::uint16_t port() const;
  void start();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vendaval
