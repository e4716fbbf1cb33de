#include "base/io/certificates.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/asio/ssl/context.hpp>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include "base/io/file.hpp"
#include "base/io/issuing.hpp"

namespace vendaval {
namespace {

using namespace issuing;

/// Two programs that start together must not both make the CA: the second waits and finds the first one's.
class folder_lock {
 public:
  explicit folder_lock(std::string const& folder) : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ >= 0) ::flock(fd_, LOCK_EX);
  }
  ~folder_lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  folder_lock(folder_lock const&) = delete;

 private:
  int fd_;
};

void make_private_folder(std::string const& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  bool const fresh = fs::create_directories(folder, error);
  if (!error && fresh) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) throw std::runtime_error(fmt::format("the folder {} cannot be made: {}", folder, error.message()));
}

void store(std::string const& file, std::string const& text) {
  if (auto const written = write_file_durably(file, text, 0600); !written)
    throw std::runtime_error(fmt::format("{} cannot be written: {}", file, written.error()));
}

/// The key first: a certificate on disk always has its key beside it.
void store(pair const& p, std::string const& certificate_file, std::string const& key_file) {
  store(key_file, key_text(p));
  store(certificate_file, certificate_text(p));
}

bool lasts(X509 const* certificate, long seconds) {
  auto when = std::time(nullptr) + seconds;
  return X509_cmp_time(X509_get0_notAfter(certificate), &when) > 0;
}

bool still_good(pair const& leaf, pair const& ca, alternative_names const& names) {
  if (!leaf.certificate || !lasts(leaf.certificate.get(), day) || alternatives(leaf.certificate.get()) != names)
    return false;
  bool const ours = X509_verify(leaf.certificate.get(), X509_get0_pubkey(ca.certificate.get())) == 1;
  ERR_clear_error();
  return ours;
}

bool both_there(std::string const& a, std::string const& b) {
  return std::filesystem::exists(a) && std::filesystem::exists(b);
}

pair load_signer(local_ca const& ca) {
  auto signer = load(ca.certificate, ca.key);
  if (!signer.certificate)
    throw std::runtime_error(fmt::format("{} and {} are not a certificate and its key", ca.certificate, ca.key));
  return signer;
}

}  // namespace

local_ca ensure_local_ca(std::string const& folder) {
  make_private_folder(folder);
  folder_lock const lock(folder);
  local_ca const files{folder + "/ca.pem", folder + "/ca.key"};
  if (both_there(files.certificate, files.key)) {
    auto const found = load(files.certificate, files.key);
    if (!found.certificate)
      throw std::runtime_error(
          fmt::format("{} and {} are not a certificate and its key; remove both to have them made anew",
                      files.certificate, files.key));
    if (lasts(found.certificate.get(), leaf_days * day)) return files;
  }
  store(make_ca(), files.certificate, files.key);
  return files;
}

tls_identity ensure_leaf(local_ca const& ca, std::string const& folder, std::string const& name,
                         std::vector<std::string> const& names) {
  auto const wanted = alternatives(names);
  if (wanted.empty()) throw std::runtime_error(fmt::format("the certificate {} needs at least one name", name));
  make_private_folder(folder);
  folder_lock const lock(folder);
  auto const signer = load_signer(ca);
  tls_identity files{folder + "/" + name + ".pem", folder + "/" + name + ".key"};
  bool const there = both_there(files.certificate, files.key);
  if (there && still_good(load(files.certificate, files.key), signer, wanted)) return files;
  store(make_leaf(&signer, name, wanted), files.certificate, files.key);
  return files;
}

boost::asio::ssl::context minted_context(local_ca const& ca, std::string const& host) {
  auto const signer = load_signer(ca);
  auto const leaf = make_leaf(&signer, host, alternatives(std::vector{host}));
  return server_context(tls_pem{certificate_text(leaf), key_text(leaf)});
}

}  // namespace vendaval
