#include "proxy/dialects/json_items.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/proxy/dialects/random_json.hpp"

namespace vendaval::dialects {
namespace {

using test::random_json;

std::optional<std::string> without_x(std::string_view body) {
  return remove_items(body, "results", [](std::string_view item) { return item.starts_with("\"x"); });
}

struct row {
  std::string before;
  std::optional<std::string> after;
};
void PrintTo(row const& r, std::ostream* out) { *out << r.before; }
class Items : public testing::TestWithParam<row> {};
TEST_P(Items, GoAndLeaveGoodJsonBehind) { EXPECT_EQ(without_x(GetParam().before), GetParam().after); }

INSTANTIATE_TEST_SUITE_P(Rows, Items,
                         testing::Values(row{R"({"results":["x","a","b"]})", R"({"results":["a","b"]})"},
                                         row{R"({"results":["a","x","b"]})", R"({"results":["a","b"]})"},
                                         row{R"({"results":["a","b","x"]})", R"({"results":["a","b"]})"},
                                         row{R"({"results":["x"]})", R"({"results":[]})"},
                                         row{R"({"results":["x1","x2"]})", R"({"results":[]})"},
                                         row{R"({"count":3, "results" : [ "a" , "x" ,  "b" ] , "next":null})",
                                             R"({"count":3, "results" : [ "a" ,  "b" ] , "next":null})"},
                                         row{R"({"a":{"results":["x"]},"b":[1,{}],"results":["x",1.50]})",
                                             R"({"a":{"results":["x"]},"b":[1,{}],"results":[1.50]})"},
                                         row{R"({"re\u0073ults":["x"]})", R"({"re\u0073ults":[]})"}));
INSTANTIATE_TEST_SUITE_P(Untouched, Items,
                         testing::Values(row{"", {}}, row{"[]", {}}, row{R"(["x"])", {}}, row{R"({"results":[]})", {}},
                                         row{R"({"results":["a"]})", {}}, row{R"({"results":{"results":["x"]}})", {}},
                                         row{R"({"results":"x"})", {}}, row{R"({"results":["x")", {}},
                                         row{R"({"results":["x",)", {}}, row{R"({"results":["x" "a"]})", {}},
                                         row{R"({"results")", {}}, row{R"({"a" "results":["x"]})", {}}));

TEST(Items, LeaveEveryOtherByteAloneInRandomBodies) {
  dice d(11);
  for (int i = 0; i < 3000; ++i) {
    auto const head = "{\"a\":" + random_json(d, 3) + ", \"results\" :" + std::string(d.below(3), ' ') + "[";
    auto const tail = "],\n\"count\":" + random_json(d, 2) + "}";
    std::string all, left;
    bool removed = false;
    for (auto n = d.below(6); n > 0; --n) {
      bool const goes = d.chance(0.4);
      auto const item = goes ? "{\"x\":" + random_json(d, 2) + "}" : random_json(d, 2);
      all += (all.empty() ? "" : ",") + item;
      if (!goes) left += (left.empty() ? "" : ",") + item;
      removed = removed || goes;
    }
    auto const after = remove_items(head + all + tail, "results", [](auto item) { return item.starts_with("{\"x\""); });
    ASSERT_EQ(after.has_value(), removed) << head + all + tail;
    if (after) ASSERT_EQ(*after, head + left + tail);
    if (after) ASSERT_NO_THROW(boost::json::parse(*after));
  }
}

}  // namespace
}  // namespace vendaval::dialects
