#include "proxy/dialects/json_links.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/dice.hpp"

namespace vendaval::dialects {
namespace {

std::string const bank = "https://sandbox.belvo.com", proxy = "https://127.0.0.1:8443";
std::optional<std::string> rewritten(std::string_view body) { return rewrite_page_links(body, bank, proxy); }

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

/// A random value as text, with random spacing, so that nothing but a byte-exact copy can survive the comparison.
std::string random_json(dice& d, int depth) {
  auto const pad = [&] { return std::string(d.below(3), ' '); };
  switch (d.below(depth > 0 ? 6 : 4)) {
    case 0: return "null";
    case 1: return std::to_string(d.below(100)) + ".10";
    case 2: return R"("https:\/\/sandbox.belvo.com/next \"next\": \u00e7 {[")";
    case 3: return "\"next\"";
    case 4: return "[" + pad() + random_json(d, depth - 1) + pad() + "," + random_json(d, depth - 1) + "]";
    default:
      return "{" + pad() + R"("next")" + pad() + ":" + random_json(d, depth - 1) + R"(,"a":)" +
             random_json(d, depth - 1) + "}";
  }
}

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

TEST(PageLinks, SurviveAnyCutOfTheText) {
  std::string const whole = R"({"next":"https:\/\/sandbox.belvo.com\/\u0061","results":[{"a":"\\"}],"previous":null})";
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(rewritten(whole.substr(0, length))) << length;
  EXPECT_TRUE(rewritten(whole));
}

}  // namespace
}  // namespace vendaval::dialects
