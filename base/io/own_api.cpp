#include "base/io/own_api.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace vendaval {
namespace {

/// In constant time, over digests of equal length.
bool same_secret(std::string_view a, std::string_view b) {
  unsigned char first[SHA256_DIGEST_LENGTH], second[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<unsigned char const*>(a.data()), a.size(), first);
  SHA256(reinterpret_cast<unsigned char const*>(b.data()), b.size(), second);
  return CRYPTO_memcmp(first, second, sizeof first) == 0;
}

}  // namespace

bool is_own_name(std::string_view host, listen_address const& listen) {
  if (host.empty()) return false;
  auto const end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  auto name = host.substr(0, end);
  if (name.starts_with('[')) name = name.substr(1, name.size() - 2);
  return name == "localhost" || name == "127.0.0.1" || name == "::1" || name == listen.host;
}

bool shows_token(http_request const& request, secret const& token) {
  if (token.empty()) return true;
  auto const given = request.header("Authorization").value_or("");
  return given.starts_with("Bearer ") && same_secret(given.substr(7), token.reveal());
}

}  // namespace vendaval
