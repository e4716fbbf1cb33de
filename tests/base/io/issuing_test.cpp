#include "base/io/issuing.hpp"

#include <gmock/gmock.h>
#include <openssl/x509v3.h>

#include "base/io/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::issuing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// OpenSSL's verdict on `leaf` as a TLS server for `host` under `ca`; X509_V_OK is 0.
int verdict(pair const& ca, pair const& leaf, std::string const& host) {
  auto* const store = X509_STORE_new();
  X509_STORE_add_cert(store, ca.certificate.get());
  auto* const context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf.certificate.get(), nullptr);
  X509_STORE_CTX_set_default(context, "ssl_server");
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context), host.data(), host.size());
  X509_verify_cert(context);
  int const result = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return result;
}

TEST(Issuing, ALeafIsGoodForItsNamesUnderItsCaAndUnderNoOther) {
  auto const ca = make_ca(), other = make_ca();
  auto const leaf = make_leaf(&ca, "bank", alternatives(std::vector<std::string>{"bank.test"}));
  EXPECT_EQ(verdict(ca, leaf, "bank.test"), X509_V_OK);
  EXPECT_EQ(verdict(ca, leaf, "another.test"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verdict(other, leaf, "bank.test"), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

TEST(Issuing, OneThatSignsItselfIsNobodys) {
  auto const ca = make_ca();
  auto const leaf = make_leaf(nullptr, "alone", alternatives(std::vector<std::string>{"bank.test"}));
  EXPECT_EQ(verdict(ca, leaf, "bank.test"), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

TEST(Issuing, ItsDatesAreThoseAskedFor) {
  auto const ca = make_ca();
  auto const names = alternatives(std::vector<std::string>{"bank.test"});
  auto const over = make_leaf(&ca, "over", names, {.from = -30 * day, .until = -day});
  auto const early = make_leaf(&ca, "early", names, {.from = day, .until = 30 * day});
  EXPECT_EQ(verdict(ca, over, "bank.test"), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(verdict(ca, early, "bank.test"), X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(Issuing, NamesAreToldFromAddressesAndHaveOneForm) {
  EXPECT_THAT(alternatives(std::vector<std::string>{"bank.test", "127.0.0.1", "0:0:0:0:0:0:0:1", "::1"}),
              ElementsAre("DNS:bank.test", "IP:127.0.0.1", "IP:::1"));
  for (auto const* odd : {"", "two words", "a,b", "DNS:x", "a\nb"})
    EXPECT_THROW(alternatives(std::vector<std::string>{odd}), std::runtime_error) << odd;
}

TEST(Issuing, WhatACertificateSaysIsReadBackAsItWasAsked) {
  auto const names = alternatives(std::vector<std::string>{"a.test", "*.b.test", "10.0.0.1", "fe80::1"});
  auto const leaf = make_leaf(nullptr, "names", names);
  EXPECT_EQ(alternatives(leaf.certificate.get()), names);
}

TEST(Issuing, TwoCasAreNeverTakenForEachOther) {
  auto const one = make_ca(), two = make_ca();
  EXPECT_NE(X509_NAME_cmp(X509_get_subject_name(one.certificate.get()), X509_get_subject_name(two.certificate.get())),
            0);
}

TEST(Issuing, LoadsAPairAndNothingThatIsNone) {
  test::temporary_folder folder;
  auto const ca = make_ca(), other = make_ca();
  auto const write = [&](std::string const& name, std::string const& text) {
    EXPECT_TRUE(write_file_durably(folder / name, text, 0600));
    return folder / name;
  };
  auto const certificate = write("ca.pem", certificate_text(ca)), key = write("ca.key", key_text(ca));
  auto const back = load(certificate, key);
  ASSERT_TRUE(back.certificate && back.key);
  EXPECT_EQ(X509_cmp(back.certificate.get(), ca.certificate.get()), 0);

  EXPECT_FALSE(load(certificate, write("other.key", key_text(other))).certificate) << "they do not belong together";
  EXPECT_FALSE(load(write("no.pem", "no PEM"), key).certificate);
  try {
    load(folder / "missing.pem", key);
    FAIL() << "a file that is not there was loaded";
  } catch (std::runtime_error const& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing.pem"));
  }
}

}  // namespace
}  // namespace vendaval::issuing
