#include "base/io/ticket_keys.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

time_point const start = time_point(1h);

std::string_view name_of(ticket_keys::key const& k) {
  return {reinterpret_cast<char const*>(k.name.data()), k.name.size()};
}

TEST(TicketKeys, SealWithOneKeyUntilItIsSixHoursOld) {
  ticket_keys keys;
  auto const first = keys.to_seal(start);
  ASSERT_TRUE(first);
  EXPECT_EQ(name_of(*keys.to_seal(start + 6h - 1s)), name_of(*first));
  EXPECT_NE(name_of(*keys.to_seal(start + 6h)), name_of(*first));
}

TEST(TicketKeys, OpenAnOldTicketAndAskForAFreshOne) {
  ticket_keys keys;
  auto const first = keys.to_seal(start);
  EXPECT_FALSE(keys.to_open(name_of(*first), start + 1h)->old);
  auto const opened = keys.to_open(name_of(*first), start + 7h);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->old);
  EXPECT_EQ(opened->what.cipher, first->cipher);
}

TEST(TicketKeys, NoKeyOpensAnythingAfterTwelveHours) {
  ticket_keys keys;
  auto const first = keys.to_seal(start);
  keys.to_seal(start + 6h);
  EXPECT_TRUE(keys.to_open(name_of(*first), start + 12h - 1s));
  EXPECT_FALSE(keys.to_open(name_of(*first), start + 12h));
  auto const rested = keys.to_seal(start + 12h);
  EXPECT_FALSE(keys.to_open(name_of(*rested), start + 48h)) << "also when nobody came for a day and a half";
}

TEST(TicketKeys, KnowNoForeignName) {
  ticket_keys keys;
  EXPECT_FALSE(keys.to_open("0123456789abcdef", start));
}

}  // namespace
}  // namespace vendaval
