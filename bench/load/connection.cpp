#include "bench/load/connection.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace vendaval::bench {
namespace {

/// Of the whole process: one thread, and what was read is looked at before anybody reads again.
std::array<char, 64 * 1024> room;

[[noreturn]] void fail(char const* what) { throw std::system_error(errno, std::system_category(), what); }

void set(int socket, int level, int option) {
  int const on = 1;
  if (setsockopt(socket, level, option, &on, sizeof on) != 0) fail("setsockopt");
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

connection::connection(endpoint const& to, tls_client* tls, std::uint32_t source, expectation expected)
    : to_(to),
      client_(tls),
      socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      answer_(expected) {
  if (socket_ < 0) fail("socket");
  set(socket_, IPPROTO_TCP, TCP_NODELAY);
  if (source != 0) {
    set(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(source);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0) fail("bind");
  }
  auto const* address = reinterpret_cast<sockaddr const*>(&to_.address);
  if (connect(socket_, address, sizeof to_.address) != 0 && errno != EINPROGRESS) fail("connect");
}

connection::~connection() {
  if (socket_ >= 0) close(socket_);
}

void connection::ask(std::string_view request) {
  if (state_ != state::idle) throw std::logic_error("a connection was asked twice");
  state_ = state::waiting;
  answer_.restart();
  unsent_ = request;
  sent = steady::now();
  flush();
}

connection::happened connection::drive() {
  if (state_ == state::connecting) finish_connecting();
  if (state_ == state::shaking_hands) {
    if (!shake_hands()) return happened::nothing;
    state_ = state::idle;
    return happened::connected;
  }
  flush();
  while (auto const got = read_some()) {
    if (state_ != state::waiting) throw std::runtime_error("bytes that nobody asked for");
    if (!answer_.take({room.data(), got})) continue;
    state_ = state::idle;
    return happened::answered;
  }
  return happened::nothing;
}

void connection::finish_connecting() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    errno = error;
    fail("connect");
  }
  state_ = state::shaking_hands;
  if (client_) tls_ = client_->over(socket_);
}

bool connection::shake_hands() {
  if (!tls_) return true;
  auto const result = SSL_do_handshake(tls_.get());
  if (result == 1) return true;
  auto const why = SSL_get_error(tls_.get(), result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return false;
  throw std::runtime_error("TLS handshake failed: " + tls_complaint());
}

void connection::flush() {
  while (!unsent_.empty()) {
    std::size_t written = 0;
    if (tls_) {
      auto const result = SSL_write_ex(tls_.get(), unsent_.data(), unsent_.size(), &written);
      if (result != 1) {
        auto const why = SSL_get_error(tls_.get(), result);
        if (why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ) return;
        throw std::runtime_error("TLS write failed: " + tls_complaint());
      }
    } else {
      auto const count = send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (count < 0 && would_block()) return;
      if (count < 0) fail("send");
      written = static_cast<std::size_t>(count);
    }
    unsent_.remove_prefix(written);
  }
}

std::size_t connection::read_some() {
  if (tls_) return read_tls();
  auto const got = recv(socket_, room.data(), room.size(), 0);
  if (got == 0) throw std::runtime_error("the server closed a connection");
  if (got < 0 && !would_block()) fail("recv");
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

std::size_t connection::read_tls() {
  std::size_t got = 0;
  auto const result = SSL_read_ex(tls_.get(), room.data(), room.size(), &got);
  if (result == 1) return got;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return 0;
    case SSL_ERROR_ZERO_RETURN: throw std::runtime_error("the server closed a connection");
    case SSL_ERROR_SYSCALL: fail("TLS read");
    default: throw std::runtime_error("TLS read failed: " + tls_complaint());
  }
}

void connection::shut_down() {
  if (tls_) SSL_shutdown(tls_.get());
}

}  // namespace vendaval::bench
