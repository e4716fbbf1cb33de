#include "proxy/framing/body.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/dice.hpp"

namespace vendaval::framing {
namespace {

struct chunk_row {
  char const* about;
  std::string bytes;
  bool bad;
  std::string content;
};
using namespace std::string_literals;

std::vector<chunk_row> const chunk_rows{
    {"nothing", "0\r\n\r\n", false, ""},
    {"one chunk", "5\r\nhello\r\n0\r\n\r\n", false, "hello"},
    {"two chunks", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", false, "hello"},
    {"capital hexadecimal", "A\r\n0123456789\r\n0\r\n\r\n", false, "0123456789"},
    {"leading zeros", "0005\r\nhello\r\n000\r\n\r\n", false, "hello"},
    {"an extension", "5;a=b\r\nhello\r\n0;c\r\n\r\n", false, "hello"},
    {"a trailer", "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", false, "hello"},
    {"CRLF inside a chunk", "4\r\n\r\n\r\n\r\n0\r\n\r\n", false, "\r\n\r\n"},
    {"an empty size", "\r\nhello\r\n", true, ""},
    {"no number", "x\r\n", true, ""},
    {"a sign", "+5\r\nhello\r\n", true, ""},
    {"a prefix", "0x5\r\nhello\r\n", true, ""},
    {"a blank before the size", " 5\r\nhello\r\n", true, ""},
    {"a blank after the size", "5 \r\nhello\r\n", true, ""},
    {"a size too large", "1000000000000000\r\n", true, ""},
    {"LF after the size", "5\nhello\r\n", true, ""},
    {"CR without LF after the size", "5\rhello", true, ""},
    {"a chunk longer than it says", "4\r\nhello\r\n", true, ""},
    {"LF after a chunk", "5\r\nhello\n0\r\n\r\n", true, ""},
    {"a control byte in an extension", "5;a\x01\r\nhello\r\n", true, ""},
    {"LF inside an extension", "5;a\nb\r\nhello\r\n", true, ""},
    {"a quoted extension", "5;a=\"b c;\\\"d\"; e\r\nhello\r\n0\r\n\r\n", false, "hello"},
    {"an extension whose quote stays open", "5;a=\"b\r\nhello\r\n0\r\n\r\n", true, ""},
    {"an extension that is no name", "5;GET /\r\nhello\r\n0\r\n\r\n", true, ""},
    {"too many extensions", "5;" + std::string(5000, 'a') + "\r\nhello\r\n", true, ""},
    {"too large a trailer", "0\r\nX: " + std::string(9000, 'a') + "\r\n\r\n", true, ""},
    {"a trailer that frames", "0\r\nContent-Length: 5\r\n\r\n", true, ""},
    {"a trailer that frames, in lower case", "0\r\ntransfer-encoding: chunked\r\n\r\n", true, ""},
    {"a trailer that routes", "0\r\nHost: other\r\n\r\n", true, ""},
    {"a trailer that signs in", "0\r\nCookie: a\r\n\r\n", true, ""},
    {"a folded trailer", "0\r\nX: a\r\n b\r\n\r\n", true, ""},
    {"a trailer that is no field", "0\r\nGET / HTTP/1.1\r\n\r\n", true, ""},
    {"a trailer with a NUL", "0\r\nX: a\0b\r\n\r\n"s, true, ""},
    {"LF after a trailer", "0\r\nX: a\n\r\n", true, ""},
};

class Chunked : public testing::TestWithParam<chunk_row> {};

TEST_P(Chunked, IsDecodedOrRefusedByTheRule) {
  auto const& row = GetParam();
  chunk_scanner scanner;
  std::string content;
  auto const taken = scanner.feed(row.bytes + "NEXT", &content);
  EXPECT_EQ(scanner.bad(), row.bad) << row.about << ": " << scanner.reason();
  EXPECT_EQ(scanner.done(), !row.bad) << row.about;
  EXPECT_EQ(scanner.why() != flaw::none, row.bad) << row.about;
  if (row.bad) return;
  EXPECT_EQ(taken, row.bytes.size()) << row.about;
  EXPECT_EQ(content, row.content) << row.about;
  EXPECT_EQ(scanner.content_bytes(), row.content.size()) << row.about;
}

TEST_P(Chunked, EndsAlikeHoweverItIsSplit) {
  auto const& row = GetParam();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    dice d(seed);
    chunk_scanner scanner;
    std::string content;
    auto const bytes = row.bytes + "NEXT";
    std::size_t at = 0, taken = 0;
    while (at < bytes.size() && !scanner.done() && !scanner.bad()) {
      auto const piece = std::string_view(bytes).substr(at, 1 + d.below(9));
      taken += scanner.feed(piece, &content);
      at += piece.size();
    }
    EXPECT_EQ(scanner.bad(), row.bad) << row.about;
    if (!row.bad) EXPECT_EQ(taken, row.bytes.size()) << row.about;
    if (!row.bad) EXPECT_EQ(content, row.content) << row.about;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryRule, Chunked, testing::ValuesIn(chunk_rows),
                         [](auto const& info) { return "Row" + std::to_string(info.index); });

/// Trusts its input, unlike the scanner.
std::string naive_decode(std::string_view bytes) {
  std::string content;
  for (;;) {
    auto const size = std::stoul(std::string(bytes.substr(0, bytes.find_first_of(";\r"))), nullptr, 16);
    if (size == 0) return content;
    bytes.remove_prefix(bytes.find('\n') + 1);
    content += bytes.substr(0, size);
    bytes.remove_prefix(size + 2);
  }
}

TEST(ChunkScanner, AgreesWithANaiveDecoderOnWellFormedBodies) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    dice d(seed, 11u);
    std::string bytes;
    for (auto left = d.below(12); left > 0; --left) {
      std::string chunk;
      for (auto n = 1 + d.below(300); n > 0; --n) chunk += static_cast<char>(d.below(256));
      char size[32];
      std::snprintf(size, sizeof size, d.chance(0.5) ? "%zx" : "%zX", chunk.size());
      bytes += size + std::string(d.chance(0.2) ? ";x=\"y\"" : "") + "\r\n" + chunk + "\r\n";
    }
    bytes += d.chance(0.3) ? "0\r\nX-T: v\r\n\r\n" : "0\r\n\r\n";
    chunk_scanner scanner;
    std::string content;
    std::size_t at = 0;
    while (at < bytes.size()) {
      auto const piece = std::string_view(bytes).substr(at, 1 + d.below(64));
      EXPECT_EQ(scanner.feed(piece, &content), piece.size());
      at += piece.size();
    }
    EXPECT_TRUE(scanner.done()) << seed;
    EXPECT_EQ(content, naive_decode(bytes)) << seed;
  }
}

TEST(BodyCursor, TakesExactlyTheLength) {
  body_cursor body({body_kind::length, 5});
  std::string content;
  EXPECT_EQ(body.take("hel", &content), 3u);
  EXPECT_FALSE(body.done());
  EXPECT_EQ(body.take("lo, next", &content), 2u);
  EXPECT_TRUE(body.done());
  EXPECT_EQ(content, "hello");
}

TEST(BodyCursor, CallsAnEarlyEndATruncation) {
  body_cursor length({body_kind::length, 5}), chunked({body_kind::chunked, 0}), open({body_kind::until_close, 0});
  for (auto* const body : {&length, &chunked, &open}) {
    body->take("3\r\n");
    body->end_of_stream();
  }
  EXPECT_TRUE(length.bad());
  EXPECT_TRUE(chunked.bad());
  EXPECT_FALSE(open.bad());
  EXPECT_TRUE(open.done());
}

TEST(BodyCursor, HasNothingToTakeWithoutABody) {
  body_cursor body;
  EXPECT_TRUE(body.done());
  EXPECT_EQ(body.take("GET /"), 0u);
}

}  // namespace
}  // namespace vendaval::framing
