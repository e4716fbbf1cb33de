#include "proxy/io/roster.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace vendaval::io {
namespace {

struct member {
  std::size_t seat = 0;
  int looks = 0;
  bool there_all_through = false;
};

TEST(Roster, ARoundLooksAtEveryoneAFewAtATime) {
  roster<member> all;
  std::vector<member> members(10);
  for (auto& m : members) all.add(m);
  auto const look = [](member& m) { ++m.looks; };
  EXPECT_FALSE(all.look(4, look));
  EXPECT_FALSE(all.look(4, look));
  EXPECT_TRUE(all.look(4, look));
  for (auto const& m : members) EXPECT_EQ(m.looks, 1);
}

TEST(Roster, WithNobodyThereEveryLookIsARound) {
  roster<member> all;
  EXPECT_TRUE(all.look(4, [](member&) { FAIL(); }));
}

TEST(Roster, WhoeverStaysIsLookedAtOnceARoundThoughOthersComeAndGo) {
  std::mt19937 dice(7);
  roster<member> all;
  std::vector<std::unique_ptr<member>> members;
  for (int round = 0; round < 200; ++round) {
    for (auto& m : members) *m = {m->seat, 0, true};
    for (bool complete = false; !complete;) {
      for (auto changes = dice() % 6; changes > 0; --changes) {
        if (members.empty() || dice() % 2) {
          all.add(*members.emplace_back(std::make_unique<member>()));
        } else {
          auto const leaving = members.begin() + static_cast<std::ptrdiff_t>(dice() % members.size());
          all.remove(**leaving);
          members.erase(leaving);
        }
      }
      complete = all.look(5, [](member& m) { ++m.looks; });
    }
    ASSERT_EQ(all.all().size(), members.size());
    for (auto const& m : members) {
      ASSERT_EQ(all.all()[m->seat], m.get());
      ASSERT_LE(m->looks, 1);
      if (m->there_all_through) ASSERT_EQ(m->looks, 1) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace vendaval::io
