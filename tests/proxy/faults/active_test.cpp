#include "proxy/faults/active.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace vendaval::faults {
namespace {

TEST(ActiveFaults, LetInAsManyAsTheLimitAndCountTheOthers) {
  active_faults all(2);
  auto const a = all.enter();
  auto b = all.enter();
  EXPECT_TRUE(a && b);
  EXPECT_FALSE(all.enter());
  EXPECT_EQ(all.now(), 2u);
  EXPECT_EQ(all.overflowed(), 1u);
  b = {};
  EXPECT_EQ(all.now(), 1u);
  EXPECT_TRUE(all.enter());
  EXPECT_EQ(all.now(), 1u);  // that one left at once
}

TEST(ActiveFaults, AreCountedExactlyAcrossThreads) {
  active_faults all(3);
  std::atomic<int> entered{0}, above{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 2000; ++i) {
          auto const place = all.enter();
          if (!place) continue;
          ++entered;
          if (all.now() > 3 + 8) ++above;  // those who are about to be turned away count for a moment
        }
      });
  }
  EXPECT_EQ(above, 0);
  EXPECT_EQ(all.now(), 0u);
  EXPECT_EQ(static_cast<std::uint64_t>(entered) + all.overflowed(), 8u * 2000u);
}

}  // namespace
}  // namespace vendaval::faults
