#include "monitor/traffic/tally.hpp"

#include <gtest/gtest.h>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

using test::ended_at;

TEST(Tally, KeepsWhatAFaultDidApartFromWhatTheBankDid) {
  tally n;
  for (int i = 0; i != 6; ++i) n.add(ended_at(time_point(1h)));
  n.add(ended_at(time_point(1h), {.result = outcome::timeout}));
  for (int i = 0; i != 3; ++i) n.add(ended_at(time_point(1h), {.result = outcome::institution_down, .injected = true}));
  EXPECT_EQ(n.bad, 4u);
  EXPECT_EQ(n.injected_bad, 3u);
  EXPECT_EQ(n.genuine_bad(), 1u);
  EXPECT_DOUBLE_EQ(n.success()->value, 60);
  EXPECT_DOUBLE_EQ(n.errors()->value, 40);
  EXPECT_NEAR(n.attributable_success()->value, 100.0 * 6 / 7, 1e-9);
  EXPECT_EQ(n.main_trouble(), outcome::institution_down);
}

TEST(Tally, LeavesOutWhatSaysNothingAboutTheBank) {
  tally n;
  EXPECT_FALSE(n.success());
  n.add(ended_at(time_point(1h), {.result = outcome::client_error}));
  EXPECT_EQ(n.neither, 1u);
  EXPECT_EQ(n.judged(), 0u);
  EXPECT_FALSE(n.success());
  EXPECT_FALSE(n.attributable_success());
}

TEST(OperationSet, NamedNoneIsAll) {
  EXPECT_TRUE(operation_set(std::vector<operation>{}).has(operation::meta));
  EXPECT_TRUE(bank_touching().has(operation::link));
  EXPECT_TRUE(bank_touching().has(operation::retrieve));
  EXPECT_FALSE(bank_touching().has(operation::read));
}

}  // namespace
}  // namespace vendaval::monitor
