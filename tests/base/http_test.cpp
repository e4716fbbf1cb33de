#include "base/http.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

http_request at(std::string target) { return {.method = "GET", .target = std::move(target)}; }

TEST(HttpRequest, TellsPathFromQuery) {
  EXPECT_EQ(at("/api/links/?page=2").path(), "/api/links/");
  EXPECT_EQ(at("/api/links/").path(), "/api/links/");
  EXPECT_EQ(at("/?a?b").path(), "/");
}

TEST(HttpRequest, DecodesAQueryParameter) {
  EXPECT_EQ(at("/?a=1&b=2").query("b"), "2");
  EXPECT_EQ(at("/?name=Ita%C3%BA+S%2fA").query("name"), "Itaú S/A");
  EXPECT_EQ(at("/?a%20b=1").query("a b"), "1");
  EXPECT_EQ(at("/?a=b=c").query("a"), "b=c");
  EXPECT_EQ(at("/?a=1&a=2").query("a"), "1");
}

TEST(HttpRequest, TellsEmptyFromAbsent) {
  EXPECT_EQ(at("/?a=&b").query("a"), "");
  EXPECT_EQ(at("/?a=&b").query("b"), "");
  EXPECT_EQ(at("/?a=&b").query("c"), std::nullopt);
  EXPECT_EQ(at("/").query("a"), std::nullopt);
  EXPECT_EQ(at("/?").query("a"), std::nullopt);
  EXPECT_EQ(at("/?&&a=1&").query("a"), "1");
}

TEST(HttpRequest, LeavesABrokenEscapeAsItIs) {
  EXPECT_EQ(at("/?a=100%").query("a"), "100%");
  EXPECT_EQ(at("/?a=%4").query("a"), "%4");
  EXPECT_EQ(at("/?a=%zz").query("a"), "%zz");
  EXPECT_EQ(at("/?a=%41").query("a"), "A") << "an escape at the very end counts";
}

TEST(Encoded, KeepsWhatATypedTextSaysOutOfTheAddressAroundIt) {
  EXPECT_EQ(encoded("INC-0001"), "INC-0001");
  EXPECT_EQ(encoded("30 d"), "30%20d");
  EXPECT_EQ(encoded("a/b?c&d=e#f%+"), "a%2Fb%3Fc%26d%3De%23f%25%2B");
  EXPECT_EQ(encoded("São"), "S%C3%A3o");
  EXPECT_EQ(encoded("\xff"), "%FF");
  for (auto const* text : {"INC 1", "INC-0001?", "100%", "a+b", "São/Paulo", "%41", ""})
    EXPECT_EQ(decoded(encoded(text)), text);
  EXPECT_EQ(at("/?a=" + encoded("30 d+")).query("a"), "30 d+");
  EXPECT_EQ(decoded("a+b"), "a+b") << "a plus in a path is a plus";
}

TEST(HttpHeaders, AreFoundWhateverTheirCase) {
  std::vector<http_header> const headers{{"Content-Type", "a"}, {"X-Two", "first"}, {"x-two", "second"}};
  EXPECT_EQ(find_header(headers, "content-type"), "a");
  EXPECT_EQ(find_header(headers, "X-TWO"), "first");
  EXPECT_EQ(find_header(headers, "X-Tw"), std::nullopt);
  EXPECT_EQ(find_header({}, "a"), std::nullopt);
}

}  // namespace
}  // namespace vendaval
