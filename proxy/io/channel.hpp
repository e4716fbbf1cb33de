#pragma once
#include <array>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "proxy/io/readiness.hpp"
#include "proxy/io/tls_engine.hpp"
#include "proxy/io/types.hpp"
#include "proxy/io/workbench.hpp"

namespace vendaval::io {

/// One TCP connection, plain or under TLS: the only file that knows which. Owned and used by one data thread.
///
/// Reads and writes are tried at once and wait only when the socket will not have them. One reader and one writer at a
/// time; what they wait for must have ended before the channel dies: abort() makes it end. Bytes reach the other side
/// only through send_on(), which a fault that slices, paces or corrupts them has to stand in.
class channel {
 public:
  using pieces = std::array<asio::const_buffer, 2>;

  channel(workbench& bench, asio::io_context& io);
  channel(workbench& bench, asio::io_context& io, tcp_socket socket);

  awaitable<error_code> accept_tls(asio::ssl::context& context);
  /// The same in two halves, on a context that watch_hellos() has seen. After the first, which ends with `in_progress`,
  /// hello() takes what the rest of the handshake is to meet.
  awaitable<error_code> hear_hello(asio::ssl::context& context) { return accept_tls(context); }
  tls_engine& hello() { return *tls_; }
  awaitable<error_code> answer_hello() { return shake_hands(); }
  /// Resolves once and tries what a host of that name may have for an address (may_live_at); access_denied when that
  /// is nothing.
  awaitable<error_code> connect(std::string host, std::string port);
  /// Asks for `name` (unless it is an address) and verifies chain and name.
  awaitable<error_code> connect_tls(asio::ssl::context& context, std::string name);

  /// Why the other side's certificate was refused, in OpenSSL's words; empty when it was not.
  std::string distrust() const { return tls_ ? tls_->distrust() : std::string(); }

  /// What is there now; would_block when that is nothing. eof when the other side has ended, in TLS with a goodbye.
  io_result try_read(asio::mutable_buffer into);
  awaitable<io_result> read_some(asio::mutable_buffer into);
  /// When the last bytes that we took came in; nothing where the system does not say (stamp_arrivals()).
  std::optional<time_point> came() const { return came_; }
  /// To `co_await` before the next try_read(): it may find nothing all the same.
  auto readable() { return socket_.wait(ready_socket::way::read); }
  /// The same with a function, in place of whoever waits now.
  void when_readable(ready_socket::handler call) { socket_.when_ready(ready_socket::way::read, std::move(call)); }
  /// Lets whoever waits to read look around.
  void rouse() { socket_.rouse(); }
  /// Between two reads: has the other side ended? Nothing is read.
  bool gone();
  void stop_waiting() { socket_.forget(ready_socket::way::read); }

  /// Both pieces, in one write where the transport can. True when they are on their way or `error` says why not; else
  /// finish_write() must be awaited, and the pieces must last until then.
  bool try_write(pieces what, error_code& error);
  awaitable<error_code> finish_write();
  awaitable<error_code> write(pieces what);
  /// Says goodbye in TLS, then FIN: no more will be written. The other side may still have something to say.
  awaitable<void> end_writing();
  /// Says goodbye in TLS (and waits for the other side's, so give it a deadline), then FIN. No read may be under way.
  awaitable<void> close_politely();

  void cancel();  // ends reading: who waits to read, and every later try_read, is told operation_aborted
  void abort();   // the same, and the socket is closed
  void shut();    // plain FIN; nothing said in TLS
  void reset();   // RST
  /// Nothing to read and not closed by the other side: fit to carry another request.
  bool quiet();
  /// To be called now and then. When nothing has moved since the last call it gives back the memory that is only needed
  /// while bytes are on their way, and looks once for what the last edge cannot have told: a reset that came together
  /// with the last bytes. True the first time.
  bool rest();
  /// Gives that memory back at once: this channel will be still for a while, and others may be about to.
  void lie_down() {
    if (tls_) tls_->rest();
  }

  tcp_socket& socket() { return socket_; }
  bool secure() const { return tls_ != nullptr; }

 private:
  awaitable<error_code> shake_hands();
  io_result receive(void* into, std::size_t room);
  io_result receive_sealed(std::size_t wanted);
  io_result try_read_tls(asio::mutable_buffer into);
  error_code seal_some();
  bool push(error_code& error);
  void send_sealed(error_code& error);
  std::size_t send_on(pieces const& what, error_code& error);
  void opened();
  void look_for_reset();

  workbench& bench_;
  ready_socket socket_;
  asio::ip::basic_resolver<tcp, asio::io_context::executor_type>* resolver_ = nullptr;  // while a name is looked up
  std::unique_ptr<tls_engine> tls_;
  pieces unsent_;          // of the write under way
  std::string left_over_;  // sealed, and not taken by the socket yet
  error_code ended_;       // why nothing more will be read
  bool moved_ = false, resting_ = false;
  std::optional<time_point> came_;
};

}  // namespace vendaval::io
