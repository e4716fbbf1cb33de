#include "proxy/framing/content_coding.hpp"

#include <gtest/gtest.h>

#include "tests/proxy/framing/compress.hpp"

namespace vendaval::framing {
namespace {

using test::compressed;
using enum content_coding;

TEST(ContentCoding, IsReadByName) {
  for (auto const& [name, coding] :
       std::initializer_list<std::pair<std::string_view, content_coding>>{{"", identity},
                                                                          {"identity", identity},
                                                                          {"gzip", gzip},
                                                                          {"GZip", gzip},
                                                                          {"x-gzip", gzip},
                                                                          {" gzip ", gzip},
                                                                          {"deflate", deflate},
                                                                          {"br", unknown},
                                                                          {"gzip, gzip", unknown},
                                                                          {"gzipped", unknown}})
    EXPECT_EQ(coding_of(name), coding) << name;
}

TEST(ContentCoding, ComesOffInEveryFormThatServersSend) {
  std::string const text(100'000, 'v');
  EXPECT_EQ(decode(compressed(text, test::gzip_format), gzip, text.size()), text);
  EXPECT_EQ(decode(compressed(text, test::zlib_format), deflate, text.size()), text);
  EXPECT_EQ(decode(compressed(text, test::bare_format), deflate, text.size()), text);
  EXPECT_EQ(decode(compressed("a", test::gzip_format) + compressed("b", test::gzip_format), gzip, 10), "ab");
  EXPECT_EQ(decode(compressed("", test::gzip_format), gzip, 10), "");
  EXPECT_EQ(decode("plain", identity, 10), "plain");
}

TEST(ContentCoding, NeverExpandsBeyondTheLimit) {
  std::string const bomb = compressed(std::string(20 << 20, '\0'), test::gzip_format);
  ASSERT_LT(bomb.size(), 64u << 10);
  EXPECT_EQ(decode(bomb, gzip, 1 << 20).error(), decode_failure::too_large);
  EXPECT_EQ(decode(compressed("abc", test::gzip_format), gzip, 2).error(), decode_failure::too_large);
  EXPECT_EQ(decode("abc", identity, 2).error(), decode_failure::too_large);
}

TEST(ContentCoding, IsBrokenWhereverItIsCutOrGoesOn) {
  auto const whole = compressed("{\"results\":[]}", test::gzip_format);
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_EQ(decode(whole.substr(0, length), gzip, 1000).error(), decode_failure::broken) << length;
  EXPECT_EQ(decode(whole + "x", gzip, 1000).error(), decode_failure::broken);
  EXPECT_EQ(decode("<html>", gzip, 1000).error(), decode_failure::broken);
  EXPECT_EQ(decode("anything", unknown, 1000).error(), decode_failure::broken);
}

}  // namespace
}  // namespace vendaval::framing
