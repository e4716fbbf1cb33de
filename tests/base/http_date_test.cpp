#include "base/http_date.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

TEST(HttpDate, IsReadInAnyOfItsThreeForms) {
  constexpr wall_time moment{std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s};
  for (auto const* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    EXPECT_EQ(read_http_date(text), moment) << text;
}

TEST(HttpDate, IsNothingElse) {
  for (auto const* text :
       {"", "soon", "30", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 BRT", "Sun, 31 Feb 2026 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 19941 08:49:37 GMT", "Sun, 06 Nuv 1994 08:49:37 GMT",
        "a b c d e f g", "Sun, 06 Nov 1994 08:49:37 GMT and more"})
    EXPECT_FALSE(read_http_date(text)) << text;
}

}  // namespace
}  // namespace vendaval
