#include "base/io/certificates.hpp"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "base/io/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval {
namespace {

using testing::HasSubstr;

struct x509_free {
  void operator()(X509* c) const { X509_free(c); }
};

std::unique_ptr<X509, x509_free> certificate(std::string const& file) {
  auto const text = read_file(file).value();
  BIO* const bio = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
  std::unique_ptr<X509, x509_free> result(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  return result;
}

/// OpenSSL's own verdict on a chain of two for a TLS server; X509_V_OK is 0.
int verdict(std::string const& ca_file, std::string const& leaf_file) {
  auto const ca = certificate(ca_file), leaf = certificate(leaf_file);
  auto* const store = X509_STORE_new();
  X509_STORE_add_cert(store, ca.get());
  auto* const context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf.get(), nullptr);
  X509_STORE_CTX_set_default(context, "ssl_server");
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context);
  int const result = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return result;
}

unsigned mode_of(std::string const& path) {
  struct stat s{};
  EXPECT_EQ(::stat(path.c_str(), &s), 0) << path;
  return s.st_mode & 0777;
}

std::vector<std::string> const names{"localhost", "127.0.0.1", "::1", "bank.local"};

TEST(Certificates, ALeafIsGoodUnderItsCaForEachOfItsNames) {
  test::temporary_folder folder;
  auto const ca = ensure_local_ca(folder.path());
  auto const leaf = ensure_leaf(ca, folder.path(), "bank", names);
  EXPECT_EQ(leaf.certificate, folder / "bank.pem");
  EXPECT_EQ(verdict(ca.certificate, leaf.certificate), X509_V_OK);
  auto const c = certificate(leaf.certificate);
  EXPECT_EQ(X509_check_host(c.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(c.get(), "bank.local", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(c.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(c.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_host(c.get(), "other.local", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ca(c.get()), 0) << "a leaf may not sign";
}

TEST(Certificates, OnlyTheirOwnerCanReadThem) {
  test::temporary_folder folder;
  auto const inner = folder / "state/tls";
  auto const ca = ensure_local_ca(inner);
  auto const leaf = ensure_leaf(ca, inner, "bank", names);
  EXPECT_EQ(mode_of(inner), 0700u);
  for (auto const& file : {ca.certificate, ca.key, leaf.certificate, leaf.key}) EXPECT_EQ(mode_of(file), 0600u) << file;
}

TEST(Certificates, StayAsTheyAreWhenNothingChanged) {
  test::temporary_folder folder;
  auto const ca = ensure_local_ca(folder.path());
  auto const leaf = ensure_leaf(ca, folder.path(), "bank", names);
  auto const before = std::pair(read_file(ca.certificate), read_file(leaf.certificate));
  auto const again = ensure_local_ca(folder.path());
  ensure_leaf(again, folder.path(), "bank", {"::1", "bank.local", "0:0:0:0:0:0:0:1", "127.0.0.1", "localhost"});
  EXPECT_EQ(before, std::pair(read_file(ca.certificate), read_file(leaf.certificate)));
}

TEST(Certificates, ALeafIsMadeAnewForOtherNamesOrUnderAnotherCa) {
  test::temporary_folder folder, other;
  auto const ca = ensure_local_ca(folder.path());
  auto const file = ensure_leaf(ca, folder.path(), "bank", names).certificate;
  auto const first = read_file(file).value();
  ensure_leaf(ca, folder.path(), "bank", {"localhost"});
  auto const second = read_file(file).value();
  EXPECT_NE(first, second);
  auto const new_ca = ensure_local_ca(other.path());
  ensure_leaf(new_ca, folder.path(), "bank", {"localhost"});
  EXPECT_NE(read_file(file).value(), second);
  EXPECT_EQ(verdict(new_ca.certificate, file), X509_V_OK);
  EXPECT_NE(verdict(ca.certificate, file), X509_V_OK);
}

TEST(Certificates, ALeafWithAForeignKeyIsMadeAnew) {
  test::temporary_folder folder;
  auto const ca = ensure_local_ca(folder.path());
  auto const leaf = ensure_leaf(ca, folder.path(), "bank", names);
  std::filesystem::copy_file(ca.key, leaf.key, std::filesystem::copy_options::overwrite_existing);
  ensure_leaf(ca, folder.path(), "bank", names);
  EXPECT_NE(read_file(leaf.key).value(), read_file(ca.key).value());
  EXPECT_EQ(verdict(ca.certificate, leaf.certificate), X509_V_OK);
}

TEST(Certificates, TwoThatStartTogetherAgreeOnOneCa) {
  test::temporary_folder folder;
  std::vector<std::thread> starters;
  std::vector<std::string> leaves(4);
  for (std::size_t i = 0; i < leaves.size(); ++i)
    starters.emplace_back([&, i] {
      auto const ca = ensure_local_ca(folder.path());
      leaves[i] = ensure_leaf(ca, folder.path(), "leaf" + std::to_string(i), {"localhost"}).certificate;
    });
  for (auto& t : starters) t.join();
  for (auto const& leaf : leaves) EXPECT_EQ(verdict(folder / "ca.pem", leaf), X509_V_OK) << leaf;
}

std::string what_of(auto make) {
  try {
    make();
  } catch (std::runtime_error const& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(Certificates, SayWhichFileIsInTheWay) {
  test::temporary_folder folder;
  std::ofstream(folder / "file") << "not a folder";
  EXPECT_THAT(what_of([&] { ensure_local_ca(folder / "file/tls"); }),
              HasSubstr((folder / "file/tls") + " cannot be made: Not a directory"));
  auto const ca = ensure_local_ca(folder.path());
  EXPECT_THAT(what_of([&] { ensure_leaf(ca, folder.path(), "bank", {"a, DNS:evil.example"}); }),
              HasSubstr("neither a host name nor an IP address"));
  EXPECT_THAT(what_of([&] { ensure_leaf(ca, folder.path(), "bank", {}); }), HasSubstr("at least one name"));
  std::ofstream(ca.key) << "junk";
  EXPECT_THAT(what_of([&] { ensure_local_ca(folder.path()); }),
              HasSubstr(ca.key + " are not a certificate and its key; remove both"));
}

}  // namespace
}  // namespace vendaval
