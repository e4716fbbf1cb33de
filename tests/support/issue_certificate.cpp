#include "tests/support/issue_certificate.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

namespace vendaval::test {
namespace {

struct closer {
  void operator()(std::FILE* f) const { std::fclose(f); }
  void operator()(X509* c) const { X509_free(c); }
  void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
};
using file_ptr = std::unique_ptr<std::FILE, closer>;
using x509_ptr = std::unique_ptr<X509, closer>;
using key_ptr = std::unique_ptr<EVP_PKEY, closer>;

file_ptr open(std::string const& path, char const* mode) {
  file_ptr file(std::fopen(path.c_str(), mode));
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

x509_ptr certificate_of(std::string const& path) {
  return x509_ptr(PEM_read_X509(open(path, "r").get(), nullptr, nullptr, nullptr));
}

void extend(X509* certificate, X509* issuer, int what, std::string const& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

tls_identity issue_certificate(local_ca const* ca, std::string const& folder, certificate_request const& what) {
  x509_ptr const made(X509_new());
  key_ptr const key(EVP_EC_gen("P-256"));
  auto* const c = made.get();
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c), 4711);
  X509_gmtime_adj(X509_getm_notBefore(c), what.from);
  X509_gmtime_adj(X509_getm_notAfter(c), what.until);
  X509_set_pubkey(c, key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                             reinterpret_cast<unsigned char const*>(what.name.c_str()), -1, -1, 0);
  auto const issuer = ca ? certificate_of(ca->certificate) : nullptr;
  auto* const above = issuer ? issuer.get() : c;
  X509_set_issuer_name(c, X509_get_subject_name(above));
  extend(c, above, NID_basic_constraints, "critical,CA:FALSE");
  extend(c, above, NID_ext_key_usage, what.usage);
  extend(c, above, NID_subject_alt_name, what.subject);
  key_ptr const signer(ca ? PEM_read_PrivateKey(open(ca->key, "r").get(), nullptr, nullptr, nullptr) : nullptr);
  X509_sign(c, signer ? signer.get() : key.get(), EVP_sha256());

  tls_identity files{folder + "/" + what.name + ".pem", folder + "/" + what.name + ".key"};
  PEM_write_X509(open(files.certificate, "w").get(), c);
  PEM_write_PrivateKey(open(files.key, "w").get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  ::chmod(files.key.c_str(), 0600);
  return files;
}

std::string public_key_digest(std::string const& certificate_file) {
  auto const certificate = certificate_of(certificate_file);
  unsigned char* der = nullptr;
  auto const size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  std::array<unsigned char, 32> digest;
  EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  std::string text;
  for (auto const byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace vendaval::test
