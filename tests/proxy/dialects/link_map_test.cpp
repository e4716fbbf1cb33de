#include "proxy/dialects/link_map.hpp"

#include <gtest/gtest.h>

#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

TEST(LinkMap, StaysWithinItsLimitAndForgetsTheOlderHalf) {
  link_map map({}, 100);
  for (int i = 0; i < 1000; ++i) {
    map.remember({"id" + std::to_string(i), "itau"});
    ASSERT_LE(map.size(), 100u);
  }
  EXPECT_EQ(map.peek("id999"), "itau");
  EXPECT_EQ(map.peek("id0"), std::nullopt);
}

TEST(LinkMap, KeepsWhatIsAskedFor) {
  link_map map({}, 100);
  map.remember({"dear", "itau"});
  for (int i = 0; i < 1000; ++i) {
    map.remember({"id" + std::to_string(i), "bb"});
    ASSERT_EQ(map.find("DEAR"), "itau") << i;
  }
}

TEST(LinkMap, NeverForgetsWhatWasConfigured) {
  std::vector<learned> const fixed{{"L1", "itau"}};
  link_map map(fixed, 2);
  for (int i = 0; i < 100; ++i) map.remember({"id" + std::to_string(i), "bb"});
  EXPECT_EQ(map.find("l1"), "itau");
}

TEST(LinkMap, TakesTheLatestWord) {
  link_map map({}, 100);
  map.remember({"L1", "itau"});
  map.remember({"L1", "bb"});
  EXPECT_EQ(map.find("L1"), "bb");
  EXPECT_EQ(map.size(), 1u);
}

TEST(Url, DecodesWhatIsEscapedAndLeavesBrokenEscapesAlone) {
  EXPECT_EQ(percent_decode("a%2Cb+c"), "a,b c");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%zz%2"), "%zz%2");
}

TEST(Url, SplitsTargetsAndPaths) {
  EXPECT_EQ(split("/a/b/?c=d?e#f").path, "/a/b/");
  EXPECT_EQ(split("/a/b/?c=d?e#f").query, "c=d?e");
  EXPECT_EQ(split("/a").query, "");
  EXPECT_EQ(segments("//api///links/"), (std::vector<std::string_view>{"api", "links"}));
  EXPECT_TRUE(segments("").empty());
}

}  // namespace
}  // namespace vendaval::dialects
