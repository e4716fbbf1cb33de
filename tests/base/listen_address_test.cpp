#include "base/listen_address.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

TEST(ListenAddress, ReadsWhatItWrites) {
  for (std::string const text : {"127.0.0.1:8443", "[::1]:0", "localhost:80", "0.0.0.0:65535"}) {
    auto const address = listen_address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(ListenAddress, RefusesWhatIsNoAddress) {
  for (auto const* text :
       {"", "8443", ":8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
        "[]:80", "[::1]", "[localhost]:80", "http://a:80", "a b:80", "127.0.0.1:80 "})
    EXPECT_FALSE(listen_address::parse(text)) << text;
}

TEST(ListenAddress, KnowsThisMachine) {
  EXPECT_TRUE(listen_address::parse("127.0.0.1:1")->loopback());
  EXPECT_TRUE(listen_address::parse("127.8.9.1:1")->loopback());
  EXPECT_TRUE(listen_address::parse("[::1]:1")->loopback());
  EXPECT_TRUE(listen_address::parse("localhost:1")->loopback());
  EXPECT_FALSE(listen_address::parse("0.0.0.0:1")->loopback());
  EXPECT_FALSE(listen_address::parse("[::]:1")->loopback());
  EXPECT_FALSE(listen_address::parse("bank.example:1")->loopback());
  EXPECT_FALSE(listen_address::parse("127.evil.example:1")->loopback());
}

}  // namespace
}  // namespace vendaval
