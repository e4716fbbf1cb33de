#include "base/time.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

using namespace std::chrono;

TEST(Time, IsWrittenInUtcWithMilliseconds) {
  wall_time const t = sys_days(2026y / January / 19) + 17h + 31min + 5s + 120ms;
  EXPECT_EQ(iso8601(t), "2026-01-19T17:31:05.120Z");
  EXPECT_EQ(iso8601(t + 999us), "2026-01-19T17:31:05.120Z") << "cut, not rounded into the future";
  EXPECT_EQ(iso8601(wall_time{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso8601(wall_time{} - 1us), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(iso8601(sys_days(2024y / February / 29) + 0h), "2024-02-29T00:00:00.000Z");
}

TEST(Timeline, TranslatesBothWays) {
  timeline const line{time_point(100s), sys_days(2026y / January / 19) + 0h};
  EXPECT_EQ(line.at(time_point(101s)), line.wall + 1s);
  EXPECT_EQ(line.at(time_point(99s)), line.wall - 1s);
  EXPECT_EQ(line.at(line.at(time_point(123'456us))), time_point(123'456us));
}

}  // namespace
}  // namespace vendaval
