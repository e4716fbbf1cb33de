#include "proxy/deadlines.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

using side = deadlines::side;
using way = deadlines::way;

time_point const start = time_point(100s);

TEST(Deadlines, NobodyIsLateBeforeItsTime) {
  deadlines d;
  EXPECT_FALSE(d.missed(start + 24h));
  d.set(way::request, start + 5s, side::client);
  EXPECT_FALSE(d.missed(start + 5s - 1ns));
  EXPECT_EQ(d.missed(start + 5s), side::client);
}

TEST(Deadlines, LatenessIsToldOnce) {
  deadlines d;
  d.set(way::answer, start, side::upstream);
  EXPECT_EQ(d.missed(start), side::upstream);
  EXPECT_FALSE(d.missed(start));
}

TEST(Deadlines, EachWayHasItsOwn) {
  deadlines d;
  d.set(way::request, start + 1s, side::client);
  d.set(way::answer, start + 2s, side::upstream);
  d.clear(way::request);
  EXPECT_FALSE(d.missed(start + 1s));
  EXPECT_EQ(d.missed(start + 2s), side::upstream);
}

}  // namespace
}  // namespace vendaval
