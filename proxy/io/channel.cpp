#include "proxy/io/channel.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ssl/error.hpp>

#include "proxy/io/system_calls.hpp"
#include "proxy/places.hpp"

namespace vendaval::io {
namespace {

using way = ready_socket::way;

constexpr std::size_t record_size = 16 * 1024;           // the most that one TLS record carries
constexpr std::size_t sealed_at_once = 4 * record_size;  // before a send: the pace of the slower side is felt that soon
constexpr std::size_t record_overhead = 256;             // of a record, generously

error_code last_error() { return {errno, boost::system::system_category()}; }
bool full(error_code const& e) { return e == asio::error::would_block || e == asio::error::try_again; }

/// Takes bytes off the front.
void advance(channel::pieces& what, std::size_t count) {
  for (auto& one : what) {
    auto const part = std::min(count, one.size());
    one += part;
    count -= part;
  }
}

}  // namespace

channel::channel(workbench& bench, asio::io_context& io) : bench_(bench), socket_(io) {}

channel::channel(workbench& bench, asio::io_context& io, tcp_socket socket)
    : bench_(bench), socket_(io, std::move(socket)) {
  opened();
}

void channel::opened() { prepare(socket_.native_handle()); }

awaitable<error_code> channel::accept_tls(asio::ssl::context& context) {
  tls_ = std::make_unique<tls_engine>(context.native_handle(), tls_engine::role::server, bench_);
  auto const error = co_await shake_hands();
  co_return error;
}

awaitable<error_code> channel::connect(std::string host, std::string port) {
  asio::ip::basic_resolver<tcp, asio::io_context::executor_type> resolver(socket_.get_executor());
  resolver_ = &resolver;
  auto const [unknown, addresses] = co_await resolver.async_resolve(host, port, no_throw);
  resolver_ = nullptr;
  if (unknown) co_return unknown;
  std::vector<tcp::endpoint> allowed;
  for (auto const& one : addresses)
    if (may_live_at(host, one.endpoint().address().to_string())) allowed.push_back(one.endpoint());
  if (allowed.empty()) co_return asio::error::access_denied;
  auto const [error, endpoint] = co_await asio::async_connect(socket_, allowed, no_throw);
  if (!error) opened();
  co_return error;
}

awaitable<error_code> channel::connect_tls(asio::ssl::context& context, std::string name) {
  tls_ = std::make_unique<tls_engine>(context.native_handle(), tls_engine::role::client, bench_);
  tls_->demand(name);
  auto const error = co_await shake_hands();
  co_return error;
}

awaitable<error_code> channel::shake_hands() {
  for (;;) {
    bench_.sealed.clear();
    auto const error = tls_->handshake();
    tls_->keep();
    error_code lost;
    send_sealed(lost);
    if (!push(lost)) lost = co_await finish_write();
    if (!full(error)) co_return error;
    auto got = receive_sealed(record_size);
    while (full(got.error)) {
      co_await readable();
      got = receive_sealed(record_size);
    }
    if (got.error && got.error != asio::error::eof) co_return got.error;
  }
}

io_result channel::receive(void* into, std::size_t room) {
  if (!socket_.is_open()) return {asio::error::operation_aborted, 0};
  if (!socket_.ready(way::read)) return {asio::error::would_block, 0};
  auto const [count, drained, came] = receive_now(socket_.native_handle(), into, room);
  if (count == 0) return {asio::error::eof, 0};
  if (count < 0) {
    auto const error = last_error();
    if (full(error)) socket_.exhausted(way::read);
    return {error, 0};
  }
  moved_ = true;
  came_ = came;
  if (drained) socket_.exhausted(way::read);
  return {{}, static_cast<std::size_t>(count)};
}

/// Gives what has come to TLS, the end of the stream included.
io_result channel::receive_sealed(std::size_t wanted) {
  auto const room = std::min(workbench::received_at_once, wanted + wanted / record_size * 64 + record_overhead);
  auto const got = receive(bench_.received.get(), room);
  if (got.error == asio::error::eof) tls_->give_end();
  tls_->give({bench_.received.get(), got.count});
  return got;
}

io_result channel::try_read(asio::mutable_buffer into) {
  if (ended_) return {ended_, 0};
  auto const got = tls_ ? try_read_tls(into) : receive(into.data(), into.size());
  if (got.error && !full(got.error)) ended_ = got.error;
  return got;
}

/// Receives once at most, and opens every record that came with it.
io_result channel::try_read_tls(asio::mutable_buffer into) {
  bench_.sealed.clear();
  std::size_t taken = 0;
  error_code error;
  while (!error && taken < into.size()) {
    if (!tls_->pending()) {
      if (taken > 0) break;
      auto const got = receive_sealed(into.size());
      if (got.error && got.error != asio::error::eof) {
        error = got.error;
        break;
      }
    }
    auto const got = tls_->read(into + taken);
    taken += got.count;
    if (!full(got.error)) error = got.error;
  }
  tls_->keep();
  error_code unsaid;
  send_sealed(unsaid);  // OpenSSL answers by itself what is asked of TLS: new keys, a negotiation that is refused
  if (taken == 0) return {error, 0};
  ended_ = error;
  return {{}, taken};
}

awaitable<io_result> channel::read_some(asio::mutable_buffer into) {
  auto got = try_read(into);
  while (full(got.error)) {
    co_await readable();
    got = try_read(into);
  }
  co_return got;
}

bool channel::try_write(pieces what, error_code& error) {
  unsent_ = what;
  return push(error);
}

awaitable<error_code> channel::finish_write() {
  error_code error;
  do co_await socket_.wait(way::write);
  while (!push(error));
  co_return error;
}

awaitable<error_code> channel::write(pieces what) {
  error_code error;
  if (!try_write(what, error)) error = co_await finish_write();
  co_return error;
}

/// True when all is gone, or `error` says why it cannot go.
bool channel::push(error_code& error) {
  while (!error) {
    if (!left_over_.empty()) {
      left_over_.erase(0, send_on({asio::buffer(left_over_), {}}, error));
      if (!left_over_.empty() && !error) return false;
    }
    if (error || asio::buffer_size(unsent_) == 0) break;
    if (tls_) {
      error = seal_some();
      if (!error) send_sealed(error);
    } else {
      advance(unsent_, send_on(unsent_, error));
      if (!error && asio::buffer_size(unsent_) > 0) return false;
    }
  }
  if (left_over_.capacity() > record_size) std::string().swap(left_over_);
  unsent_ = {};
  return true;
}

/// The next 64 KiB of the write under way, in records as full as they can be: a head takes the front of its body along.
error_code channel::seal_some() {
  bench_.sealed.clear();
  for (std::size_t sealed = 0; sealed < sealed_at_once && asio::buffer_size(unsent_) > 0;) {
    auto const& [head, body] = unsent_;
    asio::const_buffer content = asio::buffer(head.size() > 0 ? head : body, record_size);
    if (head.size() > 0 && head.size() < record_size && body.size() > 0) {
      bench_.record.assign(static_cast<char const*>(head.data()), head.size());
      bench_.record.append(static_cast<char const*>(body.data()), std::min(body.size(), record_size - head.size()));
      content = asio::buffer(bench_.record);
    }
    auto const error = tls_->seal(content);
    if (error) return error;
    advance(unsent_, content.size());
    sealed += content.size();
  }
  return {};
}

void channel::send_sealed(error_code& error) {
  std::size_t sent = 0;
  if (bench_.sealed.empty()) return;
  if (left_over_.empty()) sent = send_on({asio::buffer(bench_.sealed), {}}, error);
  left_over_.append(bench_.sealed, sent);
  bench_.sealed.clear();
}

std::size_t channel::send_on(pieces const& what, error_code& error) {
  if (!socket_.is_open()) error = asio::error::operation_aborted;
  if (error || !socket_.ready(way::write)) return 0;
  auto const count = send_now(socket_.native_handle(), what);
  auto const sent = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  moved_ = moved_ || sent > 0;
  if (count < 0 && !full(last_error()))
    error = last_error();
  else if (sent < asio::buffer_size(what))
    socket_.exhausted(way::write);
  return sent;
}

awaitable<void> channel::end_writing() {
  if (tls_) {
    bench_.sealed.clear();
    tls_->say_goodbye();
    error_code ignored;
    send_sealed(ignored);
    if (!push(ignored)) ignored = co_await finish_write();
  }
  shut();
}

awaitable<void> channel::close_politely() {
  co_await end_writing();
  while (tls_) {
    auto const got = receive(bench_.received.get(), workbench::received_at_once);
    if (got.error && !full(got.error)) co_return;
    if (got.error) co_await readable();
  }
}

void channel::cancel() {
  ended_ = asio::error::operation_aborted;
  socket_.rouse();
}

void channel::abort() {
  if (resolver_) resolver_->cancel();
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
  return full(try_read(asio::buffer(&byte, 1)).error);
}

bool channel::rest() {
  if (std::exchange(moved_, false))
    resting_ = false;
  else if (!std::exchange(resting_, true) && socket_.is_open()) {
    if (tls_) tls_->rest();
    if (!socket_.ready(way::read)) look_for_reset();
    return true;
  }
  return false;
}

bool channel::gone() {
  if (!socket_.is_open()) return true;
  char byte;
  auto const seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  bool const nothing = seen < 0 && full(last_error());
  if (nothing) socket_.exhausted(way::read);
  return seen <= 0 && !nothing;
}

void channel::look_for_reset() {
  char byte;
  auto const seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (seen < 0 && full(last_error())) return;
  if (seen < 0) ended_ = last_error();  // the system tells it only once
  socket_.rouse();
}

}  // namespace vendaval::io
