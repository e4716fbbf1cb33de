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

std::optional<std::string> with_y_down(std::string_view body) {
  return set_members(body, "results", "status", [](std::string_view item) -> std::optional<std::string> {
    return item.contains("\"y\"") ? std::optional<std::string>("\"down\"") : std::nullopt;
  });
}

class Members : public testing::TestWithParam<row> {};
TEST_P(Members, AreSetInTheItemsMeant) { EXPECT_EQ(with_y_down(GetParam().before), GetParam().after); }

INSTANTIATE_TEST_SUITE_P(
    Rows, Members,
    testing::Values(
        row{R"({"results":[{"name":"y","status":"healthy"}]})", R"({"results":[{"name":"y","status":"down"}]})"},
        row{R"({"status":1,"results":[ {"status" : {"a":[1]} , "n":"y"}, {"status":2} ],"n":3})",
            R"({"status":1,"results":[ {"status" : "down" , "n":"y"}, {"status":2} ],"n":3})"},
        row{R"({"results":[{"name":"y","status":1},{"status":"\u0064own","name":"y"},{"status":2,"name":"y"}]})",
            R"({"results":[{"name":"y","status":"down"},{"status":"down","name":"y"},{"status":"down","name":"y"}]})"},
        row{R"({"name":"y","status":null})", R"({"name":"y","status":"down"})"}));
INSTANTIATE_TEST_SUITE_P(
    Untouched, Members,
    testing::Values(row{"", {}}, row{"[]", {}}, row{R"({"results":[]})", {}},
                    row{R"({"results":[{"name":"x","status":1}]})", {}}, row{R"({"results":[{"name":"y"}]})", {}},
                    row{R"({"results":[{"name":"y","status":"down"}]})", {}}, row{R"({"results":["y","status"]})", {}},
                    row{R"([{"name":"y","status":1}])", {}}, row{R"({"results":[{"name":"y","status":1})", {}},
                    row{R"({"name":"y","status")", {}}, row{R"({"name":"y","status":)", {}}));

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
