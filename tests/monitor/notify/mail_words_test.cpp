#include "monitor/notify/mail_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>

namespace vendaval::monitor {
namespace {

TEST(EncodedWords, LeavePlainTextAsItIs) { EXPECT_EQ(encoded_words("Itau failing"), "Itau failing"); }

TEST(EncodedWords, CarryAccents) { EXPECT_EQ(encoded_words("Itaú: 0%"), "=?UTF-8?Q?Ita=C3=BA=3A_0=25?="); }

TEST(EncodedWords, AreShortAndCutNoCharacterInTwo) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "ção ";
  auto const words = encoded_words(text);
  std::size_t pieces = 0;
  for (auto const part : words | std::views::split(' ')) {
    std::string_view const word(part.begin(), part.end());
    EXPECT_LE(word.size(), 75u);
    EXPECT_TRUE(word.starts_with("=?UTF-8?Q?") && word.ends_with("?=")) << word;
    EXPECT_NE(word.substr(word.size() - 5, 3), "=C3") << "half a character: " << word;
    ++pieces;
  }
  EXPECT_GT(pieces, 3u);
}

TEST(EncodedWords, HideWhatOnlyLooksEncoded) { EXPECT_NE(encoded_words("=?UTF-8?Q?x?="), "=?UTF-8?Q?x?="); }

TEST(MailDate, IsWhatRfc5322Asks) {
  using namespace std::chrono;
  EXPECT_EQ(mail_date(sys_days{2026y / November / 1} + 3h + 4min + 5s), "Sun, 01 Nov 2026 03:04:05 +0000");
}

}  // namespace
}  // namespace vendaval::monitor
