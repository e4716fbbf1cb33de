#include "base/base64.hpp"

#include <gtest/gtest.h>

#include "base/dice.hpp"

namespace vendaval {
namespace {

// RFC 4648 §10
TEST(Base64, WritesTheExamplesOfTheStandard) {
  for (auto const& [raw, text] :
       {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="), std::pair("foo", "Zm9v"),
        std::pair("foob", "Zm9vYg=="), std::pair("fooba", "Zm9vYmE="), std::pair("foobar", "Zm9vYmFy")}) {
    EXPECT_EQ(to_base64(raw), text);
    EXPECT_EQ(from_base64(text), raw);
  }
}

TEST(Base64, WhatWasWrittenIsReadBack) {
  dice d(7);
  for (std::size_t size = 0; size != 200; ++size) {
    std::string raw;
    for (std::size_t i = 0; i != size; ++i) raw += static_cast<char>(d.bits());
    EXPECT_EQ(from_base64(to_base64(raw)), raw);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (auto const* const wrong : {"Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", "Z-9v", "=Zg="})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace vendaval
