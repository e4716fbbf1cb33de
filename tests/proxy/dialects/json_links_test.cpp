#include "proxy/dialects/json_links.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/proxy/dialects/random_json.hpp"

namespace vendaval::dialects {
namespace {

using test::random_json;

std::string const bank = "https://sandbox.belvo.com", proxy = "https://127.0.0.1:8443";
constexpr std::string_view members[]{"next", "previous"};
std::optional<std::string> rewritten(std::string_view body) { return rewrite_links(body, bank, proxy, {"", members}); }

struct row {
  std::string before;
  std::optional<std::string> after;
};
void PrintTo(row const& r, std::ostream* out) { *out << r.before; }
class PageLinks : public testing::TestWithParam<row> {};
TEST_P(PageLinks, ChangeTheirOriginAndNothingElse) { EXPECT_EQ(rewritten(GetParam().before), GetParam().after); }

INSTANTIATE_TEST_SUITE_P(
    Changed, PageLinks,
    testing::Values(
        row{R"({"next":"https://sandbox.belvo.com/api/links/?page=2","previous":null})",
            R"({"next":"https://127.0.0.1:8443/api/links/?page=2","previous":null})"},
        row{R"({ "count" : 1.50, "next"	:
 "https://sandbox.belvo.com/a", "previous":"https://sandbox.belvo.com/b" })",
            R"({ "count" : 1.50, "next"	:
 "https://127.0.0.1:8443/a", "previous":"https://127.0.0.1:8443/b" })"},
        row{R"({"next":"https:\/\/sandbox.belvo.com\/api\/"})", R"({"next":"https:\/\/127.0.0.1:8443\/api\/"})"},
        row{R"({"next":"\u0068ttps://sandbox.belvo.com/x\u00e9"})", R"({"next":"https://127.0.0.1:8443/x\u00e9"})"},
        row{R"({"ne\u0078t":"https://sandbox.belvo.com/a"})", R"({"ne\u0078t":"https://127.0.0.1:8443/a"})"},
        row{R"({"next":"https://sandbox.belvo.com"})", R"({"next":"https://127.0.0.1:8443"})"},
        row{R"({"next":"https://sandbox.belvo.com?page=2"})", R"({"next":"https://127.0.0.1:8443?page=2"})"},
        row{R"({"next":"https://SANDBOX.belvo.com:443/a"})", R"({"next":"https://127.0.0.1:8443/a"})"},
        row{R"({"next":"http://sandbox.belvo.com/a"})", R"({"next":"https://127.0.0.1:8443/a"})"},
        row{R"({"x":"\"next\":","next":"https://sandbox.belvo.com/a"})",
            R"({"x":"\"next\":","next":"https://127.0.0.1:8443/a"})"}));
INSTANTIATE_TEST_SUITE_P(
    Untouched, PageLinks,
    testing::Values(row{"", {}}, row{"{}", {}}, row{"[]", {}}, row{"<html>", {}}, row{R"({"next":null})", {}},
                    row{R"({"next":"https://sandbox.belvo.com.evil.example/a"})", {}},
                    row{R"({"next":"https://sandbox.belvo.com@evil.example/a"})", {}},
                    row{R"({"next":"https://sandbox.belvo.com:8443/a"})", {}},
                    row{R"({"next":"/api/links/?page=2"})", {}}, row{R"({"next":7,"previous":[]})", {}},
                    row{R"({"Next":"https://sandbox.belvo.com/a"})", {}},
                    row{R"({"url":"https://sandbox.belvo.com/a"})", {}},
                    row{R"({"results":[{"next":"https://sandbox.belvo.com/a"}]})", {}},
                    row{R"([{"next":"https://sandbox.belvo.com/a"}])", {}},
                    row{R"({"url":"next","x":"https://sandbox.belvo.com/a"})", {}},
                    row{R"({"next":"https://sandbox.belvo.com/a)", {}},
                    row{R"({"next":"https://sandbox.belvo.com/a")", {}},
                    row{R"({"next":"https://sandbox.belvo.com/a"}})", {}}, row{R"({"next":"\u00)", {}}));

TEST(PageLinks, LeaveEveryOtherByteAloneInRandomBodies) {
  dice d(7);
  int changed = 0;
  for (int i = 0; i < 5000; ++i) {
    auto const head = "{\"a\":" + random_json(d, 3) + ", \"next\" : \"";
    auto const middle =
        "/api/?page=2\"," + std::string(d.below(3), '\n') + "\"results\":" + random_json(d, 3) + ",\"previous\":\"";
    auto const tail = "/api/\",\"z\":" + random_json(d, 3) + "}";
    auto const before = head + bank + middle + bank + tail;
    auto const after = rewritten(before);
    ASSERT_TRUE(after) << before;
    ASSERT_EQ(*after, head + proxy + middle + proxy + tail);
    auto left = boost::json::parse(before).as_object(), right = boost::json::parse(*after).as_object();
    for (auto const* key : {"next", "previous"}) left[key] = right[key];
    ASSERT_EQ(left, right);
    ++changed;
  }
  EXPECT_EQ(changed, 5000);
}

TEST(PageLinks, AreFoundInTheOneObjectThatHoldsThem) {
  auto const within = [](std::string_view body) { return rewrite_links(body, bank, proxy, {"links", members}); };
  auto const link = "\"next\":\"" + bank + "/a\"", moved = "\"next\":\"" + proxy + "/a\"";
  EXPECT_EQ(within("{\"data\":[],\"links\":{" + link + "}}"), "{\"data\":[],\"links\":{" + moved + "}}");
  EXPECT_EQ(within("{\"links\" : {\"x\":[1]," + link + "},\"meta\":{" + link + "}}"),
            "{\"links\" : {\"x\":[1]," + moved + "},\"meta\":{" + link + "}}");
  for (auto const& body :
       {"{" + link + "}", "{\"data\":{" + link + "}}", "{\"data\":{\"links\":{" + link + "}}}",
        "{\"links\":[{" + link + "}]}", "{\"links\":{\"deeper\":{" + link + "}}}", "{\"links\":{" + link + "}"})
    EXPECT_FALSE(within(body)) << body;
}

TEST(PageLinks, SurviveAnyCutOfTheText) {
  std::string const whole = R"({"next":"https:\/\/sandbox.belvo.com\/\u0061","results":[{"a":"\\"}],"previous":null})";
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(rewritten(whole.substr(0, length))) << length;
  EXPECT_TRUE(rewritten(whole));
}

}  // namespace
}  // namespace vendaval::dialects
