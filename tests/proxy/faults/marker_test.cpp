#include "proxy/faults/marker.hpp"

#include <gtest/gtest.h>

namespace vendaval::faults {
namespace {

TEST(Marker, NeverLetsALabelBreakOutOfItsHeader) {
  auto const lines = marks(marker::both, "a\r\nX: \"b\\c\" é", true);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].value, "a??X: \"b\\c\" ??");
  EXPECT_EQ(lines[1].value, "vendaval; error=proxy_internal_response; details=\"a??X: \\\"b\\\\c\\\" ??\"");
  EXPECT_TRUE(marks(marker::none, "a", true).empty());
}

}  // namespace
}  // namespace vendaval::faults
