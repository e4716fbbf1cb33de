#include "base/io/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <stdexcept>

#include "base/io/file.hpp"
#include "base/io/tls_callbacks.hpp"

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

void check_private(std::string const& file) {
  struct stat seen{};
  if (::stat(file.c_str(), &seen) != 0 || (seen.st_mode & 077) == 0) return;  // a missing file is told when it is read
  throw std::runtime_error(
      fmt::format("the private key {} is open to others than its owner (mode {:04o}): chmod 600 {}", file,
                  seen.st_mode & 07777, file));
}

void use_identity(ssl::context& context, tls_pem const& pem) {
  boost::system::error_code error;
  context.use_certificate_chain(boost::asio::buffer(pem.certificate), error);
  if (error)
    throw std::runtime_error(
        fmt::format("the certificate {} is not a PEM certificate: {}", pem.certificate_name, error.message()));
  context.use_private_key(boost::asio::buffer(pem.key), ssl::context::pem, error);
  bool const mismatch =
      error && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH;
  if (mismatch || (!error && SSL_CTX_check_private_key(context.native_handle()) != 1))
    throw std::runtime_error(
        fmt::format("the private key {} does not belong to the certificate {}", pem.key_name, pem.certificate_name));
  if (error)
    throw std::runtime_error(
        fmt::format("the private key {} is not a PEM private key: {}", pem.key_name, error.message()));
}

void use_identity(ssl::context& context, tls_identity const& identity) {
  auto const certificate = pem_of(identity.certificate, "the certificate");
  check_private(identity.key);
  use_identity(context,
               tls_pem{certificate, pem_of(identity.key, "the private key"), identity.certificate, identity.key});
}

ssl::context modern(ssl::context::method way) {
  ssl::context context(way);
  auto* const native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // AES-128 first, as every modern profile has it: its SHA-256 is what processors have instructions for.
  SSL_CTX_set_ciphersuites(native, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

/// A resumed session would skip the look at the client's certificate, which may have expired or lost its CA since: so
/// there is none.
void demand_client_certificate(SSL_CTX* context, std::string const& ca_file) {
  auto* const names = SSL_load_client_CA_file(ca_file.c_str());
  if (!names || SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    ERR_clear_error();
    throw std::runtime_error(fmt::format("the clients' CA file {} holds no PEM certificate that can be read", ca_file));
  }
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

}  // namespace

ssl::context server_context(tls_service const& service) {
  auto context = modern(ssl::context::tls_server);
  auto* const native = context.native_handle();
  use_identity(context, service.identities.at(0));
  std::vector<ssl::context> others;
  for (std::size_t i = 1; i < service.identities.size(); ++i)
    use_identity(others.emplace_back(ssl::context::tls_server), service.identities[i]);
  if (!others.empty()) choose_by_name(native, std::move(others));
  if (service.client_ca.empty())
    seal_tickets(native, service.tickets);
  else
    demand_client_certificate(native, service.client_ca);
  return context;
}

ssl::context server_context(tls_identity const& identity) {
  return server_context(tls_service{.identities = {identity}, .client_ca = {}, .tickets = nullptr});
}

ssl::context server_context(tls_pem const& pem) {
  auto context = modern(ssl::context::tls_server);
  use_identity(context, pem);
  seal_tickets(context.native_handle(), nullptr);
  return context;
}

namespace {

/// Reads the extensions of every trusted certificate now, on one thread: OpenSSL would do so within the first handshake
/// and keep what it read in the certificate, which all threads share.
void read_trusted_certificates(SSL_CTX* context) {
  auto* const objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i)
    if (auto* const certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)))
      X509_check_purpose(certificate, -1, 0);
}

}  // namespace

ssl::context client_context(tls_trust const& trust) {
  auto context = modern(ssl::context::tls_client);
  boost::system::error_code error;
  if (trust.ca_file.empty())
    context.set_default_verify_paths(error);
  else
    context.load_verify_file(trust.ca_file, error);
  if (error)
    throw std::runtime_error(
        fmt::format("the upstream's CA file {} cannot be used: {}", trust.ca_file, error.message()));
  read_trusted_certificates(context.native_handle());
  if (trust.identity) use_identity(context, *trust.identity);
  if (!trust.pin.empty()) accept_only(context.native_handle(), trust.pin);
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context.native_handle(), spoken, sizeof spoken - 1);
  return context;
}

}  // namespace vendaval
