#pragma once
/// The other side of a channel, for its tests: blocking, over OpenSSL alone, and able to do what no well-behaved
/// library does. Every wait gives up after ten seconds.
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace vendaval::test {

class tls_peer {
 public:
  explicit tls_peer(int socket);  // takes it over
  ~tls_peer();
  tls_peer(tls_peer const&) = delete;

  /// TLS as a client that trusts anybody, of this version at most; or as a server.
  bool connect(int newest = TLS1_3_VERSION);
  bool accept(SSL_CTX* context);

  bool say(std::string_view text);
  std::string hear(std::size_t count);  // less when the other side ends
  std::string hear_record();            // what one read gives
  void say_goodbye();
  bool was_told_goodbye() const;
  bool resumed() const;
  bool renegotiate();
  bool ask_for_new_keys();
  /// The sealed record, not sent.
  std::string seal(std::string_view text);

  // Below TLS:
  void send_raw(std::string_view bytes);
  std::string hear_raw(std::size_t count);
  void shut();
  void reset();
  void wait_for_end();  // reads until the other side closes

 private:
  struct freeing {
    void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
    void operator()(SSL* s) const { SSL_free(s); }
  };
  int socket_;
  std::unique_ptr<SSL_CTX, freeing> context_;
  std::unique_ptr<SSL, freeing> ssl_;
};

}  // namespace vendaval::test
