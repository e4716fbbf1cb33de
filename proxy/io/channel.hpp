#pragma once
#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>

#include "proxy/io/types.hpp"

namespace vendaval::io {

/// One TCP connection, plain or under TLS: the only file that knows which. Owned and used by one data thread. An
/// operation under way must have ended before the channel dies; abort() makes it end.
class channel {
 public:
  using read_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

  explicit channel(asio::io_context& io);
  channel(asio::io_context& io, tcp_socket socket);

  awaitable<error_code> accept_tls(asio::ssl::context& context);
  /// Resolves once and tries what a host of that name may have for an address (may_live_at); access_denied when that
  /// is nothing.
  awaitable<error_code> connect(std::string host, std::string port);
  /// Asks for `name` (unless it is an address) and verifies chain and name.
  awaitable<error_code> connect_tls(asio::ssl::context& context, std::string name);

  awaitable<io_result> read_some(asio::mutable_buffer into);
  void start_read(asio::mutable_buffer into, read_handler done);
  /// Both buffers in one write where the transport can.
  awaitable<error_code> write(std::array<asio::const_buffer, 2> what);
  /// Says goodbye in TLS (and waits for the other side's, so give it a deadline), then FIN. No read may be under way.
  awaitable<void> close_politely();

  void cancel();  // operations under way end with operation_aborted
  void abort();   // the same, and the socket is closed
  void shut();    // plain FIN; nothing said in TLS
  void reset();   // RST
  /// Nothing to read and not closed by the other side: fit to carry another request.
  bool quiet();

  tcp_socket& socket() { return socket_; }
  bool secure() const { return tls_.has_value(); }

 private:
  using tls_stream = asio::ssl::stream<tcp_socket&>;

  tcp_socket socket_;
  asio::ip::basic_resolver<tcp, asio::io_context::executor_type> resolver_;
  std::optional<tls_stream> tls_;
  std::string gathered_;  // head and first piece of body, as one TLS record
};

}  // namespace vendaval::io
