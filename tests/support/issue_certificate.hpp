#pragma once
#include <string>

#include "base/io/certificates.hpp"

namespace vendaval::test {

/// What a certificate is to say, right or wrong.
struct certificate_request {
  std::string name;                       // of the files
  std::string subject = "DNS:bank.test";  // as OpenSSL's subjectAltName
  long from = -3600, until = 24 * 3600;   // seconds from now
  std::string usage = "serverAuth";
};

/// `<folder>/<name>.pem` and its key under `ca`; signed by itself when `ca` is null.
tls_identity issue_certificate(local_ca const* ca, std::string const& folder, certificate_request const& what);

/// SHA-256 of the certificate's public key, in hex.
std::string public_key_digest(std::string const& certificate_file);

}  // namespace vendaval::test
