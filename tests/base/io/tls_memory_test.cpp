#include "base/io/tls_memory.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace vendaval {
namespace {

constexpr std::size_t buffer = 17'000;

/// One test of its own, since OpenSSL takes its memory functions once in the life of a process.
TEST(TlsMemory, KeepsBigBuffersApartFromEachOtherAndFromTheHeap) {
  ASSERT_TRUE(separate_tls_buffers());
  auto const filled = [](int with) {
    auto* const p = static_cast<unsigned char*>(OPENSSL_malloc(buffer));
    std::memset(p, with, buffer);
    return p;
  };
  auto const is = [](unsigned char const* p, int what) { return p[0] == what && p[buffer - 1] == what; };

  std::vector<unsigned char*> all;
  for (int i = 0; i < 500; ++i) all.push_back(filled(i % 251));
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(is(all[static_cast<std::size_t>(i)], i % 251)) << i;
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 500u);

  // Freed by another thread, as when a connection changes hands; its warm ones go back when it ends.
  std::jthread([&all] {
    for (auto* const p : all) OPENSSL_free(p);
  }).join();
  auto* const again = filled(7);
  EXPECT_TRUE(std::set(all.begin(), all.end()).contains(again)) << "memory is used again";

  auto* const grown = static_cast<unsigned char*>(OPENSSL_realloc(again, 100'000));
  EXPECT_TRUE(is(grown, 7));
  auto* const shrunk = static_cast<unsigned char*>(OPENSSL_realloc(OPENSSL_realloc(grown, buffer), 10));
  EXPECT_EQ(shrunk[9], 7);
  OPENSSL_free(shrunk);
  OPENSSL_free(OPENSSL_realloc(filled(9), 10));
}

}  // namespace
}  // namespace vendaval
