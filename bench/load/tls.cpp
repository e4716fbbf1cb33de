#include "bench/load/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace vendaval::bench {

std::string tls_complaint() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return text.data();
}

tls_client::tls_client(std::string const& ca_file, std::string const& address, bool resume)
    : address_(address), context_(SSL_CTX_new(TLS_client_method())) {
  auto* const c = context_.get();
  if (!c || SSL_CTX_load_verify_file(c, ca_file.c_str()) != 1)
    throw std::runtime_error(fmt::format("cannot trust the CA in \"{}\": {}", ca_file, tls_complaint()));
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
  if (!resume) return;
  SSL_CTX_set_app_data(c, this);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(c, take_session);
}

int tls_client::take_session(SSL* from, SSL_SESSION* session) {
  auto* const self = static_cast<tls_client*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(from)));
  self->session_.reset(session);
  return 1;  // it is ours now
}

std::unique_ptr<SSL, free_ssl> tls_client::over(int socket) {
  std::unique_ptr<SSL, free_ssl> tls(SSL_new(context_.get()));
  if (!tls || SSL_set_fd(tls.get(), socket) != 1) throw std::runtime_error("no TLS: " + tls_complaint());
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls.get()), address_.c_str());
  if (session_) {  // a copy: OpenSSL spoils what was offered once, and others offer it at the same time
    std::unique_ptr<SSL_SESSION, free_ssl> const copy(SSL_SESSION_dup(session_.get()));
    SSL_set_session(tls.get(), copy.get());
  }
  SSL_set_connect_state(tls.get());
  return tls;
}

}  // namespace vendaval::bench
