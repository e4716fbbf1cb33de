#include "tests/proxy/io/tls_peer.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace vendaval::test {

tls_peer::tls_peer(int socket) : socket_(socket) {
  timeval const patience{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

tls_peer::~tls_peer() {
  if (socket_ >= 0) ::close(socket_);
}

bool tls_peer::connect(int newest) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context_.get(), newest);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), socket_);
  return SSL_connect(ssl_.get()) == 1;
}

bool tls_peer::accept(SSL_CTX* context) {
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), socket_);
  return SSL_accept(ssl_.get()) == 1;
}

bool tls_peer::say(std::string_view text) {
  return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
}

std::string tls_peer::hear_record() {
  std::string piece(16 * 1024, '\0');
  auto const count = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
  piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return piece;
}

std::string tls_peer::hear(std::size_t count) {
  std::string all;
  while (all.size() < count) {
    auto const piece = hear_record();
    if (piece.empty()) break;
    all += piece;
  }
  return all;
}

void tls_peer::say_goodbye() { SSL_shutdown(ssl_.get()); }
bool tls_peer::was_told_goodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
bool tls_peer::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

bool tls_peer::renegotiate() { return SSL_renegotiate(ssl_.get()) == 1 && SSL_do_handshake(ssl_.get()) == 1; }
bool tls_peer::ask_for_new_keys() { return SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1; }

std::string tls_peer::seal(std::string_view text) {
  auto* const socket = SSL_get_wbio(ssl_.get());
  BIO_up_ref(socket);
  auto* const memory = BIO_new(BIO_s_mem());
  BIO_up_ref(memory);
  SSL_set0_wbio(ssl_.get(), memory);
  say(text);
  char* bytes = nullptr;
  auto const size = BIO_get_mem_data(memory, &bytes);
  std::string sealed(bytes, static_cast<std::size_t>(size));
  SSL_set0_wbio(ssl_.get(), socket);
  BIO_free(memory);
  return sealed;
}

void tls_peer::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string tls_peer::hear_raw(std::size_t count) {
  std::string all(count, '\0');
  std::size_t heard = 0;
  while (heard < count) {
    auto const got = ::recv(socket_, all.data() + heard, count - heard, 0);
    if (got <= 0) break;
    heard += static_cast<std::size_t>(got);
  }
  all.resize(heard);
  return all;
}

void tls_peer::shut() { ::shutdown(socket_, SHUT_WR); }

void tls_peer::reset() {
  linger const at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

void tls_peer::wait_for_end() {
  char dropped[4096];
  while (::recv(socket_, dropped, sizeof dropped, 0) > 0) continue;
}

}  // namespace vendaval::test
