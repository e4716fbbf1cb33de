#include "proxy/io/channel.hpp"

#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

#include "proxy/places.hpp"

namespace vendaval::io {
namespace {

/// Below this, one record is worth a copy; above, two writes are cheaper.
constexpr std::size_t worth_gathering = 16 * 1024;

bool is_address(std::string const& name) {
  error_code not_an_address;
  asio::ip::make_address(name, not_an_address);
  return !not_an_address;
}

}  // namespace

channel::channel(asio::io_context& io) : socket_(io.get_executor()), resolver_(io.get_executor()) {}
channel::channel(asio::io_context& io, tcp_socket socket) : socket_(std::move(socket)), resolver_(io.get_executor()) {}

awaitable<error_code> channel::accept_tls(asio::ssl::context& context) {
  tls_.emplace(socket_, context);
  auto const [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, no_throw);
  co_return error;
}

awaitable<error_code> channel::connect(std::string host, std::string port) {
  auto const [unknown, addresses] = co_await resolver_.async_resolve(host, port, no_throw);
  if (unknown) co_return unknown;
  std::vector<tcp::endpoint> allowed;
  for (auto const& one : addresses)
    if (may_live_at(host, one.endpoint().address().to_string())) allowed.push_back(one.endpoint());
  if (allowed.empty()) co_return asio::error::access_denied;
  auto const [error, endpoint] = co_await asio::async_connect(socket_, allowed, no_throw);
  if (error) co_return error;
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  co_return error;
}

awaitable<error_code> channel::connect_tls(asio::ssl::context& context, std::string name) {
  tls_.emplace(socket_, context);
  if (!is_address(name)) SSL_set_tlsext_host_name(tls_->native_handle(), name.c_str());
  tls_->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  tls_->set_verify_callback(asio::ssl::host_name_verification(name));
  auto const [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, no_throw);
  co_return error;
}

awaitable<io_result> channel::read_some(asio::mutable_buffer into) {
  if (tls_) {
    auto const [error, count] = co_await tls_->async_read_some(into, no_throw);
    co_return io_result{error, count};
  }
  auto const [error, count] = co_await socket_.async_read_some(into, no_throw);
  co_return io_result{error, count};
}

void channel::start_read(asio::mutable_buffer into, read_handler done) {
  if (tls_)
    tls_->async_read_some(into, std::move(done));
  else
    socket_.async_read_some(into, std::move(done));
}

awaitable<error_code> channel::write(std::array<asio::const_buffer, 2> what) {
  if (tls_ && what[1].size() > 0 && asio::buffer_size(what) <= worth_gathering) {
    gathered_.assign(static_cast<char const*>(what[0].data()), what[0].size());
    gathered_.append(static_cast<char const*>(what[1].data()), what[1].size());
    what = {asio::buffer(gathered_), {}};
  }
  if (tls_) {
    auto const [error, count] = co_await asio::async_write(*tls_, what, no_throw);
    co_return error;
  }
  auto const [error, count] = co_await asio::async_write(socket_, what, no_throw);
  co_return error;
}

awaitable<void> channel::close_politely() {
  if (tls_) {
    co_await tls_->async_shutdown(no_throw);
  }
  shut();
}

void channel::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void channel::abort() {
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void channel::shut() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void channel::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

bool channel::quiet() {
  char byte;
  auto const got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace vendaval::io
