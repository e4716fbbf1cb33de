#include "base/io/own_api.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

TEST(OwnApi, AnswersUnderItsOwnAddressAndNoOtherName) {
  listen_address const at{"10.0.0.7", 8480};
  for (auto const* const own : {"localhost", "localhost:8480", "127.0.0.1:1", "[::1]:8480", "[::1]", "10.0.0.7:8480"})
    EXPECT_TRUE(is_own_name(own, at)) << own;
  for (auto const* const other : {"", "evil.example", "localhost.evil.example:8480", "10.0.0.8", "[::2]", "[::1"})
    EXPECT_FALSE(is_own_name(other, at)) << other;
}

TEST(OwnApi, WantsTheTokenWhenThereIsOne) {
  auto const with = [](std::string value) {
    http_request request;
    if (!value.empty()) request.headers.push_back({"authorization", std::move(value)});
    return request;
  };
  secret const token("right");
  EXPECT_TRUE(shows_token(with("Bearer right"), token));
  for (auto const* const wrong : {"", "Bearer wrong", "Bearer right ", "Bearer", "Basic right", "right"})
    EXPECT_FALSE(shows_token(with(wrong), token)) << wrong;
  EXPECT_TRUE(shows_token(with(""), secret())) << "there is none to show";
}

}  // namespace
}  // namespace vendaval
