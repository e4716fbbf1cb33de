// What a client that looks closely has to say of each. OpenSSL's own client, in memory; the proxy's handshake over
// sockets is tested by tests/proxy/io/gateway_handshake_test.cpp.
#include "base/io/flawed_certificates.hpp"

#include <gmock/gmock.h>

#include <boost/asio/ssl/context.hpp>

#include "base/io/tls.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval {
namespace {

struct FlawedCertificates : testing::Test {
  static void SetUpTestSuite() {
    folder = std::make_unique<test::temporary_folder>();
    ca = ensure_local_ca(folder->path());
    bank = ensure_leaf(ca, folder->path(), "bank", {"bank.test"});
    other = ensure_leaf(ca, folder->path(), "other", {"other.test"});
  }
  static void TearDownTestSuite() { folder.reset(); }

  /// What the client says of a server that shows this flaw: X509_V_OK when it is content. `shown` becomes the number of
  /// certificates that the client was given.
  long verdict(flawed_certificates const& all, std::string const& name, std::optional<certificate_flaw> flaw) {
    auto server = server_context(bank);
    auto client = client_context({.ca_file = ca.certificate, .identity = {}, .pin = {}});
    SSL* const there = SSL_new(server.native_handle());
    SSL* const here = SSL_new(client.native_handle());
    BIO *one = nullptr, *two = nullptr;
    BIO_new_bio_pair(&one, 1 << 16, &two, 1 << 16);
    SSL_set_bio(there, one, one);
    SSL_set_bio(here, two, two);
    SSL_set_accept_state(there);
    SSL_set_connect_state(here);
    SSL_set_tlsext_host_name(here, name.c_str());
    SSL_set1_host(here, name.c_str());
    SSL_set_verify(here, SSL_VERIFY_NONE, nullptr);  // it goes on, and says what it thinks
    did_show = !flaw || all.show(there, name, *flaw);
    for (int i = 0; i < 10; ++i) SSL_do_handshake(here), SSL_do_handshake(there);
    EXPECT_TRUE(SSL_is_init_finished(here));
    auto const result = SSL_get_verify_result(here);
    shown = sk_X509_num(SSL_get_peer_cert_chain(here));
    SSL_free(there);
    SSL_free(here);
    return result;
  }

  static inline std::unique_ptr<test::temporary_folder> folder;
  static inline local_ca ca;
  static inline tls_identity bank, other;
  bool did_show = false;
  int shown = 0;
};

TEST_F(FlawedCertificates, EachHasItsOneFlawAndNoOther) {
  flawed_certificates const all({bank}, ca);
  EXPECT_EQ(verdict(all, "bank.test", std::nullopt), X509_V_OK) << "without a flaw the client is content";
  using flaw = certificate_flaw;
  for (auto const& [what, said] : {std::pair{flaw::expired, X509_V_ERR_CERT_HAS_EXPIRED},
                                   {flaw::not_yet_valid, X509_V_ERR_CERT_NOT_YET_VALID},
                                   {flaw::wrong_name, X509_V_ERR_HOSTNAME_MISMATCH},
                                   {flaw::unknown_issuer, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
                                   {flaw::untrusted_root, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
                                   {flaw::self_signed, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT}}) {
    auto const name = certificate_flaw_names[static_cast<std::size_t>(what)];
    EXPECT_EQ(verdict(all, "bank.test", what), said) << name;
    EXPECT_TRUE(did_show) << name;
    EXPECT_EQ(shown, what == flaw::untrusted_root ? 2 : 1) << name;
  }
}

TEST_F(FlawedCertificates, IsChosenByTheNameThatIsAskedFor) {
  flawed_certificates const all({bank, other}, ca);
  EXPECT_EQ(verdict(all, "other.test", certificate_flaw::expired), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(verdict(all, "nobody.test", certificate_flaw::expired), X509_V_ERR_HOSTNAME_MISMATCH)
      << "the first one's names are shown to who asks for none of ours";
}

TEST_F(FlawedCertificates, WithoutACaOnlyThoseAreThereThatNeedNobodysTrust) {
  flawed_certificates const all({bank}, std::nullopt);
  for (std::size_t i = 0; i < certificate_flaw_names.size(); ++i) {
    auto const flaw = static_cast<certificate_flaw>(i);
    auto const said = verdict(all, "bank.test", flaw);
    EXPECT_EQ(did_show, !needs_trusted_issuer(flaw)) << certificate_flaw_names[i];
    EXPECT_EQ(said == X509_V_OK, needs_trusted_issuer(flaw)) << "and what is not shown changes nothing";
  }
}

TEST_F(FlawedCertificates, WithNothingToBeginWithNothingIsShown) {
  flawed_certificates const none({}, ca);
  EXPECT_EQ(verdict(none, "bank.test", certificate_flaw::self_signed), X509_V_OK);
  EXPECT_FALSE(did_show);
}

TEST_F(FlawedCertificates, ASignerThatIsNoneIsNamed) {
  local_ca const wrong{bank.certificate, ca.key};
  try {
    flawed_certificates const all({bank}, wrong);
    FAIL() << "a certificate and the key of another were taken for a CA";
  } catch (std::runtime_error const& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(ca.key));
  }
}

}  // namespace
}  // namespace vendaval
