#pragma once
/// Making certificates in memory, with OpenSSL. ECDSA P-256. Everything here throws std::runtime_error with OpenSSL's
/// reason when it fails.
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace vendaval::issuing {

template <auto Free>
struct freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<X509, freer<X509_free>>;

inline constexpr long day = 24 * 3600, ca_days = 3650, leaf_days = 365;

/// A certificate and its private key.
struct pair {
  x509_ptr certificate;
  key_ptr key;
};
/// Of a certificate, in seconds from now.
struct validity {
  long from = -3600, until = leaf_days * day;
};

/// "DNS:bank.local", "IP:127.0.0.1", addresses in their one canonical form.
using alternative_names = std::set<std::string>;
alternative_names alternatives(std::vector<std::string> const& names);
alternative_names alternatives(X509* certificate);

pair make_ca();
/// Signed by `ca`; by itself when that is null.
pair make_leaf(pair const* ca, std::string const& name, alternative_names const& names, validity when = {});

std::string certificate_text(pair const&);
std::string key_text(pair const&);
/// What the two files hold; empty pointers where a file is not PEM or the two do not belong together. Throws when a
/// file is there but cannot be read.
pair load(std::string const& certificate_file, std::string const& key_file);

}  // namespace vendaval::issuing
