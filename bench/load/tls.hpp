#pragma once
/// The client's side of TLS: what it trusts, and the session it may resume.
#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace vendaval::bench {

struct free_ssl {
  void operator()(SSL* p) const { SSL_free(p); }
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL_SESSION* p) const { SSL_SESSION_free(p); }
};

class tls_client {
 public:
  /// Trusts `ca_file` alone and checks the server's address against its certificate. With `resume`, every connection
  /// after the first offers the newest ticket. Throws std::runtime_error.
  tls_client(std::string const& ca_file, std::string const& address, bool resume);
  tls_client(tls_client const&) = delete;

  /// For a connected socket.
  std::unique_ptr<SSL, free_ssl> over(int socket);
  bool has_session() const { return session_ != nullptr; }

 private:
  static int take_session(SSL* from, SSL_SESSION* session);

  std::string address_;
  std::unique_ptr<SSL_CTX, free_ssl> context_;
  std::unique_ptr<SSL_SESSION, free_ssl> session_;
};

/// The newest complaint of OpenSSL on this thread, as text.
std::string tls_complaint();

}  // namespace vendaval::bench
