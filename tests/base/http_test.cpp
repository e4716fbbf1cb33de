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

TEST(HttpHeaders, AreFoundWhateverTheirCase) {
  std::vector<http_header> const headers{{"Content-Type", "a"}, {"X-Two", "first"}, {"x-two", "second"}};
  EXPECT_EQ(find_header(headers, "content-type"), "a");
  EXPECT_EQ(find_header(headers, "X-TWO"), "first");
  EXPECT_EQ(find_header(headers, "X-Tw"), std::nullopt);
  EXPECT_EQ(find_header({}, "a"), std::nullopt);
}

}  // namespace
}  // namespace vendaval
