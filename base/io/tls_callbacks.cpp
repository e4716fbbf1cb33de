#include "base/io/tls_callbacks.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/ascii.hpp"

namespace vendaval {
namespace {

namespace ssl = boost::asio::ssl;

/// Keeps a T for as long as a context lives: OpenSSL frees it with the context.
template <class T>
class attached {
 public:
  static void set(SSL_CTX* context, T value) { SSL_CTX_set_ex_data(context, index(), new T(std::move(value))); }
  static T& of(SSL_CTX const* context) { return *static_cast<T*>(SSL_CTX_get_ex_data(context, index())); }

 private:
  static int index() {
    static int const one = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, release);
    return one;
  }
  static void release(void*, void* value, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<T*>(value); }
};

using identities = std::vector<ssl::context>;
using keys = std::shared_ptr<ticket_keys>;

int choose(SSL* connection, void*) {
  auto const* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (!name) return 1;
  for (auto& other : attached<identities>::of(SSL_get_SSL_CTX(connection))) {
    auto* const from = other.native_handle();
    auto* const certificate = SSL_CTX_get0_certificate(from);
    if (X509_check_host(certificate, name, 0, 0, nullptr) != 1) continue;
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(from, &chain);
    return SSL_use_cert_and_key(connection, certificate, SSL_CTX_get0_privatekey(from), chain, 1);
  }
  return 1;
}

bool prepare(EVP_MAC_CTX* mac, ticket_keys::key& key) {
  char digest[] = "SHA256";
  OSSL_PARAM const parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

/// OpenSSL's protocol: 1 go on, 2 go on and renew, 0 no such ticket (a full handshake follows), -1 failure.
int seal_or_open(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                 int sealing) {
  auto& ring = *attached<keys>::of(SSL_get_SSL_CTX(connection));
  time_point const now = std::chrono::steady_clock::now();
  if (sealing) {
    auto key = ring.to_seal(now);
    if (!key || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    std::copy(key->name.begin(), key->name.end(), name);
    bool const ready = EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv) == 1;
    return ready && prepare(mac, *key) ? 1 : -1;
  }
  auto found = ring.to_open({reinterpret_cast<char const*>(name), 16}, now);
  if (!found) return 0;
  bool const ready = EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, found->what.cipher.data(), iv) == 1;
  if (!ready || !prepare(mac, found->what)) return -1;
  return found->old ? 2 : 1;
}

std::string fingerprint(X509* certificate) {
  unsigned char* der = nullptr;
  auto const size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return {};
  std::array<unsigned char, 32> digest;
  bool const done = EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(der);
  std::string text;
  for (auto const byte : digest) text += fmt::format("{:02x}", byte);
  return done ? text : std::string();
}

int is_pinned(X509_STORE_CTX* verification, void* pin) {
  auto* const shown = X509_STORE_CTX_get0_cert(verification);
  bool const same = shown && fingerprint(shown) == *static_cast<std::string*>(pin);
  X509_STORE_CTX_set_error(verification, same ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
  return same;
}

}  // namespace

void choose_by_name(SSL_CTX* context, std::vector<ssl::context> others) {
  attached<identities>::set(context, std::move(others));
  SSL_CTX_set_cert_cb(context, choose, nullptr);
}

void seal_tickets(SSL_CTX* context, std::shared_ptr<ticket_keys> ring) {
  attached<keys>::set(context, ring ? std::move(ring) : std::make_shared<ticket_keys>());
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open);
  SSL_CTX_set_num_tickets(context, 1);  // who resumes gets a new one with it; OpenSSL's second costs and is seldom used
}

void accept_only(SSL_CTX* context, std::string pin) {
  attached<std::string>::set(context, lower(pin));
  SSL_CTX_set_cert_verify_callback(context, is_pinned, &attached<std::string>::of(context));
}

}  // namespace vendaval
