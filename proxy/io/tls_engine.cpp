#include "proxy/io/tls_engine.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cstring>
#include <new>

#include "base/ascii.hpp"

namespace vendaval::io {
namespace {

/// What somebody else has left in the thread's queue would pass for ours. To look is cheaper than to clear.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

/// The name in a hello's server_name extension (RFC 6066 §3): a list of one, of type 0.
std::string name_in_hello(SSL* ssl) {
  unsigned char const* at = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &at, &size) != 1 || size < 5 || at[2] != 0) return {};
  std::size_t const length = std::size_t{at[3]} << 8 | at[4];
  return length + 5 > size ? std::string() : lower({reinterpret_cast<char const*>(at) + 5, length});
}

}  // namespace

struct tls_engine::bio {
  static tls_engine& of(BIO* b) { return *static_cast<tls_engine*>(BIO_get_data(b)); }

  static int read(BIO* b, char* into, std::size_t room, std::size_t* count) {
    auto& self = of(b);
    BIO_clear_retry_flags(b);
    *count = std::min(room, self.given_.size());
    if (*count > 0) {
      std::memcpy(into, self.given_.data(), *count);
      self.given_.remove_prefix(*count);
      return 1;
    }
    if (!self.ended_) BIO_set_retry_read(b);
    return 0;
  }
  static int write(BIO* b, char const* from, std::size_t size, std::size_t* count) {
    BIO_clear_retry_flags(b);
    of(b).bench_.sealed.append(from, size);
    *count = size;
    return 1;
  }
  static long control(BIO* b, int what, long, void*) {
    if (what == BIO_CTRL_EOF) return of(b).ended_ && of(b).given_.empty();
    return what == BIO_CTRL_FLUSH || what == BIO_CTRL_PUSH || what == BIO_CTRL_POP;
  }
  static BIO_METHOD const* method() {
    static BIO_METHOD* const one = [] {
      auto* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bytes in hand");
      BIO_meth_set_read_ex(made, read);
      BIO_meth_set_write_ex(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return one;
  }
};

tls_engine::tls_engine(SSL_CTX* context, role r, workbench& bench) : bench_(bench), ssl_(SSL_new(context)) {
  auto* const way = BIO_new(bio::method());
  if (!ssl_ || !way) throw std::bad_alloc();
  BIO_set_data(way, this);
  BIO_set_init(way, 1);
  SSL_set_bio(ssl_.get(), way, way);
  SSL_set_app_data(ssl_.get(), this);
  SSL_clear_mode(ssl_.get(), SSL_MODE_RELEASE_BUFFERS);  // rest() does that, not every record
  SSL_set_options(ssl_.get(), SSL_OP_NO_RENEGOTIATION);
  r == role::server ? SSL_set_accept_state(ssl_.get()) : SSL_set_connect_state(ssl_.get());
}

tls_engine::~tls_engine() {
  // Without a goodbye OpenSSL would hold the session for broken; many peers say none, and it is as good as before.
  SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void tls_engine::demand(std::string const& name) {
  name_ = name;
  auto* const ssl = ssl_.get();
  error_code not_an_address;
  asio::ip::make_address(name, not_an_address);
  if (not_an_address) {
    SSL_set_tlsext_host_name(ssl, name.c_str());
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, name.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
  }
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  if (auto* const last = bench_.sessions.find(SSL_get_SSL_CTX(ssl), name)) SSL_set_session(ssl, last);
}

/// A client that is told to say hello once more is not decided about again.
int tls_engine::heard(int* alert) {
  if (refusal_) {
    *alert = *refusal_;
    return SSL_CLIENT_HELLO_ERROR;
  }
  if (std::exchange(greeted_, true)) return SSL_CLIENT_HELLO_SUCCESS;
  name_ = name_in_hello(ssl_.get());
  return SSL_CLIENT_HELLO_RETRY;
}

void tls_engine::speak_at_most(int version) {
  SSL_set_security_level(ssl_.get(), 0);  // what these versions need has been below every level for years
  SSL_set_cipher_list(ssl_.get(), "ALL:@SECLEVEL=0");
  SSL_set_min_proto_version(ssl_.get(), TLS1_VERSION);
  SSL_set_max_proto_version(ssl_.get(), version);
  SSL_set_options(ssl_.get(), SSL_OP_NO_TICKET);
}

std::string tls_engine::distrust() const {
  auto const verdict = SSL_get_verify_result(ssl_.get());
  return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

void tls_engine::give(std::string_view sealed) {
  if (given_.empty()) {
    given_ = sealed;
    return;
  }
  keep();
  kept_.append(sealed);
  given_ = kept_;
}

void tls_engine::keep() {
  if (given_.empty()) {
    std::string().swap(kept_);
    return;
  }
  std::string rest(given_);
  kept_ = std::move(rest);
  given_ = kept_;
}

error_code tls_engine::reason_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return asio::error::would_block;
    case SSL_ERROR_WANT_CLIENT_HELLO_CB: return asio::error::in_progress;
    case SSL_ERROR_ZERO_RETURN: return asio::error::eof;
    case SSL_ERROR_SSL: {
      auto const first = ERR_get_error();
      ERR_clear_error();
      if (ERR_GET_REASON(first) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return asio::ssl::error::stream_truncated;
      return {static_cast<int>(first), asio::error::get_ssl_category()};
    }
    default: ERR_clear_error(); return asio::ssl::error::stream_truncated;
  }
}

error_code tls_engine::handshake() {
  forget_errors();
  auto const result = SSL_do_handshake(ssl_.get());
  return result == 1 ? error_code() : reason_of(result);
}

io_result tls_engine::read(asio::mutable_buffer into) {
  forget_errors();
  std::size_t count = 0;
  auto const result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
  if (result == 1) return {{}, count};
  return {reason_of(result), 0};
}

error_code tls_engine::seal(asio::const_buffer content) {
  if (content.size() == 0) return {};
  forget_errors();
  std::size_t count = 0;
  auto const result = SSL_write_ex(ssl_.get(), content.data(), content.size(), &count);
  return result == 1 ? error_code() : reason_of(result);
}

void tls_engine::say_goodbye() {
  if (!SSL_is_init_finished(ssl_.get())) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void tls_engine::remember(SSL_SESSION* session) {
  tls_sessions::owned ours(session);
  if (!name_.empty()) bench_.sessions.keep(SSL_get_SSL_CTX(ssl_.get()), name_, std::move(ours));
}

void watch_hellos(SSL_CTX* context) {
  auto const heard = [](SSL* ssl, int* alert, void*) {
    return static_cast<tls_engine*>(SSL_get_app_data(ssl))->heard(alert);
  };
  SSL_CTX_set_client_hello_cb(context, heard, nullptr);
  // A client that is recognised would not look at the certificate. Tickets are refused by connection; ids cannot be.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
}

void keep_sessions(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
    static_cast<tls_engine*>(SSL_get_app_data(ssl))->remember(session);
    return 1;  // it is ours now
  });
}

}  // namespace vendaval::io
