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
#include "base/io/tls.hpp"
#include "base/listen_address.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace spdlog {
class logger;
}

namespace vendaval {

namespace asio = boost::asio;

class http_server {
 public:
  using handler = std::function<asio::awaitable<http_response>(http_request)>;
  struct settings {
    listen_address listen{};
    std::optional<tls_identity> tls{};
    bytes body_limit{1 << 20};
    duration idle = 75s;                            // between requests and within one
    std::string name = "server";                    // in error messages and the Server header
    std::size_t connections = 4096;                 // open at a time; one more is closed at once
    std::shared_ptr<spdlog::logger> log = nullptr;  // for handlers that throw; absent: one of its own
  };

  /// Binds at once: throws std::runtime_error with a sentence for people when the address is taken or a certificate
  /// unreadable. A handler that throws is answered 500 and logged. What the handler refers to outlives the io_context.
  http_server(asio::io_context& io, settings s, handler h);
  /// Closes the listener and every connection; no handler is called after it. Call it on the io_context's own thread,
  /// or while the context is not running. A handler that is waiting at this moment is cancelled.
  ~http_server();
  http_server(http_server const&) = delete;

  std::uint16_t port() const;
  void start();
  /// From now on newcomers are shown this certificate; connections that are open stay. Throws std::runtime_error when
  /// it cannot be read, and then everything stays as it was. On the io_context's own thread, and only where TLS is
  /// spoken.
  void present(tls_identity const& fresh);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vendaval
