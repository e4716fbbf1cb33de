#include "base/io/flawed_certificates.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace vendaval {
namespace {

using issuing::day, issuing::pair;

pair load_pair(std::string const& certificate, std::string const& key) {
  auto both = issuing::load(certificate, key);
  if (!both.certificate)
    throw std::runtime_error(fmt::format("{} and {} are not a certificate and its key", certificate, key));
  return both;
}

/// Empty when it needs a signer and there is none.
pair with_flaw(certificate_flaw flaw, issuing::alternative_names const& names, pair const* signer,
               pair const& stranger) {
  if (needs_trusted_issuer(flaw) && !signer) return {};
  switch (flaw) {
    case certificate_flaw::expired:
      return issuing::make_leaf(signer, "expired", names, {.from = -30 * day, .until = -day});
    case certificate_flaw::not_yet_valid:
      return issuing::make_leaf(signer, "not yet valid", names, {.from = 3650 * day, .until = 3680 * day});
    case certificate_flaw::wrong_name: return issuing::make_leaf(signer, "wrong name", {"DNS:wrong-name.invalid"});
    case certificate_flaw::unknown_issuer:
    case certificate_flaw::untrusted_root: return issuing::make_leaf(&stranger, "unknown issuer", names);
    case certificate_flaw::self_signed: break;
  }
  return issuing::make_leaf(nullptr, "self-signed", names);
}

}  // namespace

flawed_certificates::flawed_certificates(std::vector<tls_identity> const& shown,
                                         std::optional<local_ca> const& signer) {
  std::optional<pair> const ca = signer ? std::optional(load_pair(signer->certificate, signer->key)) : std::nullopt;
  for (auto const& identity : shown) {
    auto& made = sets_.emplace_back();
    made.original = load_pair(identity.certificate, identity.key).certificate;
    auto const names = issuing::alternatives(made.original.get());
    for (std::size_t i = 0; i < made.flawed.size(); ++i)
      made.flawed[i] = with_flaw(static_cast<certificate_flaw>(i), names, ca ? &*ca : nullptr, stranger_);
  }
}

flawed_certificates::set const& flawed_certificates::set_for(std::string const& server_name) const {
  for (std::size_t i = 1; i < sets_.size() && !server_name.empty(); ++i)
    if (X509_check_host(sets_[i].original.get(), server_name.data(), server_name.size(), 0, nullptr) == 1)
      return sets_[i];
  return sets_.front();
}

bool flawed_certificates::show(SSL* connection, std::string const& server_name, certificate_flaw flaw) const {
  if (sets_.empty()) return false;
  auto const& chosen = set_for(server_name).flawed[static_cast<std::size_t>(flaw)];
  if (!chosen.certificate) return false;
  std::unique_ptr<STACK_OF(X509), issuing::freer<[](STACK_OF(X509) * all) { sk_X509_free(all); }>> chain;
  if (flaw == certificate_flaw::untrusted_root) {
    chain.reset(sk_X509_new_null());
    if (!chain || sk_X509_push(chain.get(), stranger_.certificate.get()) == 0) return false;
  }
  SSL_set_cert_cb(connection, nullptr, nullptr);  // it would choose among our own again
  SSL_set_options(connection, SSL_OP_NO_TICKET);
  SSL_set_num_tickets(connection, 0);
  return SSL_use_cert_and_key(connection, chosen.certificate.get(), chosen.key.get(), chain.get(), 1) == 1;
}

}  // namespace vendaval
