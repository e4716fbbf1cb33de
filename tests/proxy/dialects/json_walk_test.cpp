#include "proxy/dialects/json_walk.hpp"

#include <gtest/gtest.h>

#include "proxy/dialects/belvo/items.hpp"
#include "proxy/dialects/bounded_json.hpp"
#include "tests/proxy/dialects/random_json.hpp"

namespace vendaval::dialects {
namespace {

class JsonText : public testing::TestWithParam<std::string> {};
class NoJsonText : public JsonText {};

TEST_P(JsonText, IsTakenForIt) {
  EXPECT_TRUE(is_json(GetParam()));
  EXPECT_TRUE(parse_bounded(GetParam())) << "Boost says otherwise";
}
TEST_P(NoJsonText, IsNotTakenForIt) {
  EXPECT_FALSE(is_json(GetParam()));
  EXPECT_FALSE(parse_bounded(GetParam())) << "Boost says otherwise";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

INSTANTIATE_TEST_SUITE_P(Rows, JsonText,
                         testing::Values("{}", "[]", " \t\r\n[ ]\n", "0", "-0", "-1.50E+10", "1e5", "12", "true",
                                         "false", "null", R"("")", R"("\"\\\/\b\f\n\r\t\u00e7")", R"("\ud83d\ude00")",
                                         "\"\u00e7\u20ac\U0001F600\u007f\"",
                                         R"(["a string that is longer than eight", "exactly8"])",
                                         R"({"a":{"b":[1,2,{}]},"":null})", R"([[],[{}],{"a":[]}])", nested(32)));
INSTANTIATE_TEST_SUITE_P(Rows, NoJsonText,
                         testing::Values("", " ", "<html>", "{", "[", "]", "[}", "{]", "[1,]", "[,1]", "[1 2]",
                                         "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\" 1}", "{\"a\":}", "{a:1}", "{1:1}",
                                         "{\"a\":1}}", "[] []", "\"", "\"\\\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12",
                                         "\"\\", R"("\ud83d")", R"("\ud83d\u0041")", R"("\ude00")", "\"\x1f\"",
                                         "\"line\nbreak\"", "\"\x80\"", "\"\xc1\x80\"", "\"\xc3\"", "\"\xe0\x80\x80\"",
                                         "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"",
                                         "\"eight ch\xff\"", "01", "-", "+1", "1.", ".5", "1e", "1e+", "tru", "nulll",
                                         "NaN", "'a'", "[1]x", std::string("[1]\0", 4), nested(33)));

TEST(JsonText, IsWhatBoostSaysItIsWhateverByteIsChanged) {
  constexpr std::string_view odd = "\"\\{}[],:0e.-u \n\x01\x80\xc3\xa7\xed";
  dice d(20261125);
  for (int round = 0; round < 20'000; ++round) {
    auto text = test::random_json(d, 3);
    for (auto changes = d.below(3); changes > 0 && !text.empty(); --changes) {
      auto const at = d.below(text.size());
      if (d.below(2) == 0)
        text[at] = odd[d.below(odd.size())];
      else
        text.erase(at, 1);
    }
    ASSERT_EQ(is_json(text), parse_bounded(text).has_value()) << text;
  }
}

TEST(BelvoItems, AreReadAsTheWholeOfAnObjectSaysIt) {
  using belvo_answers::items;
  items const twice(
      R"({"id":"first","link":"gone","id":"last","link":null,"institution":{"name":"a"},"institution":"b"})");
  ASSERT_EQ(twice.all.size(), 1u);
  EXPECT_EQ(twice.all[0].id, "last");
  EXPECT_EQ(twice.all[0].link, "");
  EXPECT_EQ(twice.all[0].institution, "b");
  items const escaped(
      R"({"results":[{"\u0069d":"\u0041\/1","account":{"link":"L","institution":{"name":"\u00e7"}}}]})");
  ASSERT_EQ(escaped.all.size(), 1u);
  EXPECT_EQ(escaped.all[0].id, "A/1");
  EXPECT_EQ(escaped.all[0].account.link, "L");
  EXPECT_EQ(escaped.all[0].account.institution, "\u00e7");
  EXPECT_EQ(items(R"({"id":"A","results":[{"id":"B"},7,["id"],{"id":{"id":"C"}}]})").all.size(), 2u);
  EXPECT_EQ(items(R"({"results":[{"id":"B"}],"id":"A","results":{"id":"C"}})").all.at(0).id, "A");
  EXPECT_EQ(items(R"([{"id":7,"name":"x"}])").all.at(0).number, "7");
  EXPECT_EQ(items(R"([{"id":["7"],"nested":{"id":"8","account":{"id":"9"}}}])").all.at(0).account.id, "");
  EXPECT_TRUE(items(R"({"id":"A"},)").all.empty()) << "not JSON as a whole";
}

}  // namespace
}  // namespace vendaval::dialects
