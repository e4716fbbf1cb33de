#pragma once
#include <openssl/ssl.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/certificate_flaw.hpp"
#include "base/io/certificates.hpp"
#include "base/io/issuing.hpp"

namespace vendaval {

/// Beside every certificate that we show, one with each flaw: for the same names, but for the flaw. Made once, in
/// memory; read from any thread.
class flawed_certificates {
 public:
  /// Without a `signer` there are only those that need nobody's trust. Throws std::runtime_error with file and reason.
  flawed_certificates(std::vector<tls_identity> const& shown, std::optional<local_ca> const& signer);

  /// Lets the connection show it, chosen by the name that its client asked for, and resume or hand out no session.
  /// False when there is none with this flaw; then nothing has changed.
  bool show(SSL* connection, std::string const& server_name, certificate_flaw flaw) const;

 private:
  struct set {
    issuing::x509_ptr original;
    std::array<issuing::pair, certificate_flaw_names.size()> flawed;
  };
  set const& set_for(std::string const& server_name) const;

  issuing::pair stranger_ = issuing::make_ca();
  std::vector<set> sets_;
};

}  // namespace vendaval
