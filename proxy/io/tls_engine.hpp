#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/io/types.hpp"
#include "proxy/io/workbench.hpp"

namespace vendaval::io {

/// One side of a TLS connection, without a socket: sealed bytes are given to it and taken from it. OpenSSL reads
/// straight from the memory that was received into, and what it seals is gathered in `workbench::sealed`, to leave in
/// one write.
class tls_engine {
 public:
  enum class role : std::uint8_t { server, client };
  tls_engine(SSL_CTX* context, role r, workbench& bench);
  ~tls_engine();
  tls_engine(tls_engine const&) = delete;

  /// A client asks for `name` (unless it is an address), demands a certificate for it, and offers the last session.
  void demand(std::string const& name);

  // For a server's connection whose context watch_hellos() has seen. Its first handshake() ends with `in_progress` when
  // the client has said hello; what is set then holds for the rest.
  std::string const& asked_for() const { return name_; }  // the name (SNI), lower case; empty = none
  void refuse(int alert) { refusal_ = alert; }            // the next handshake() says so and fails
  void speak_at_most(int version);                        // TLS 1.1 or less, with ciphers that it knows
  SSL* native() { return ssl_.get(); }

  /// Why the other side's certificate was refused, in OpenSSL's words; empty when it was not.
  std::string distrust() const;

  /// Sealed bytes from the other side; the view must hold until keep() is called or all are used.
  void give(std::string_view sealed);
  /// The other side's stream has ended.
  void give_end() { ended_ = true; }
  /// Copies what was given and not used yet.
  void keep();
  /// Is there more to read without being given more?
  bool pending() const { return !given_.empty() || SSL_pending(ssl_.get()) > 0; }

  // Each may leave bytes in `workbench::sealed`. would_block: give more and try again.
  error_code handshake();
  /// One record's content, or less. eof: the other side said goodbye; stream_truncated: it ended without.
  io_result read(asio::mutable_buffer into);
  /// All of it, as records of at most 16 KiB.
  error_code seal(asio::const_buffer content);
  void say_goodbye();

  /// Gives back buffers of OpenSSL's that are not needed while nothing is on its way: 33 kB. What was opened and not
  /// read yet lives in them.
  void rest() {
    if (SSL_pending(ssl_.get()) == 0) SSL_free_buffers(ssl_.get());
  }
  /// Takes a session over, for the next connection to the same name.
  void remember(SSL_SESSION* session);

 private:
  struct freeing {
    void operator()(SSL* s) const { SSL_free(s); }
  };
  struct bio;  // OpenSSL's way to our bytes
  friend void watch_hellos(SSL_CTX* context);
  int heard(int* alert);
  error_code reason_of(int result);

  workbench& bench_;
  std::unique_ptr<SSL, freeing> ssl_;
  std::string_view given_;
  std::string kept_;
  std::string name_;  // asked for by a client
  bool ended_ = false, greeted_ = false;
  std::optional<int> refusal_;
};

/// Lets servers' handshakes stop at the client's hello, for a decision about them.
void watch_hellos(SSL_CTX* context);

/// Makes the sessions of a client's context end up in workbench::sessions.
void keep_sessions(SSL_CTX* context);

}  // namespace vendaval::io
