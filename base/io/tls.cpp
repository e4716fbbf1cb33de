#include "base/io/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <stdexcept>

#include "base/io/file.hpp"

namespace vendaval {
namespace {

namespace ssl = boost::asio::ssl;

std::string pem_of(std::string const& file, char const* what) {
  auto text = read_file(file);
  if (!text)
    throw std::runtime_error(
        fmt::format("{} {} cannot be read: {}. Fix: name a PEM file that this user may read; "
                    "`vendaval sandbox certificates` makes a pair for tests",
                    what, file, text.error()));
  return std::move(*text);
}

}  // namespace

ssl::context server_context(tls_identity const& identity) {
  return server_context(tls_pem{pem_of(identity.certificate, "the certificate"),
                                pem_of(identity.key, "the private key"), identity.certificate, identity.key});
}

ssl::context server_context(tls_pem const& pem) {
  ssl::context context(ssl::context::tls_server);
  auto* const native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);

  boost::system::error_code error;
  context.use_certificate_chain(boost::asio::buffer(pem.certificate), error);
  if (error)
    throw std::runtime_error(
        fmt::format("the certificate {} is not a PEM certificate: {}", pem.certificate_name, error.message()));
  context.use_private_key(boost::asio::buffer(pem.key), ssl::context::pem, error);
  bool const mismatch =
      error && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH;
  if (mismatch || (!error && SSL_CTX_check_private_key(native) != 1))
    throw std::runtime_error(
        fmt::format("the private key {} does not belong to the certificate {}", pem.key_name, pem.certificate_name));
  if (error)
    throw std::runtime_error(
        fmt::format("the private key {} is not a PEM private key: {}", pem.key_name, error.message()));
  return context;
}

}  // namespace vendaval
