#include "sandbox/basic_auth.hpp"

#include <gtest/gtest.h>

namespace vendaval::sandbox {
namespace {

// The example of RFC 7617, and one for each length of padding.
TEST(BasicAuth, WritesWhatTheStandardSays) {
  EXPECT_EQ(basic_authorization("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization("a", "b"), "Basic YTpi");
  EXPECT_EQ(basic_authorization("a", "bc"), "Basic YTpiYw==");
  EXPECT_EQ(basic_authorization("a", "bcd"), "Basic YTpiY2Q=");
  EXPECT_EQ(basic_authorization("", "\xff"), "Basic Ov8=");
}

}  // namespace
}  // namespace vendaval::sandbox
