#include "proxy/exchange.hpp"

#include <gtest/gtest.h>

namespace vendaval {
namespace {

TEST(UsualWeight, AClientThatGaveUpBeforeAnyAnswerIsHeldAgainstTheBank) {
  EXPECT_EQ(usual_weight(outcome::client_gave_up), weight::bad);
  EXPECT_EQ(usual_weight(outcome::timeout), weight::bad);
}

TEST(UsualWeight, OneThatLeftWithinItsAnswerIsNot) {
  EXPECT_EQ(usual_weight(outcome::client_gone), weight::neither);
  EXPECT_EQ(usual_weight(outcome::client_error), weight::neither);
  EXPECT_EQ(usual_weight(outcome::mfa), weight::good);
}

/// History and journals keep outcomes by these names.
TEST(Outcome, EveryOneHasANameOfItsOwn) {
  EXPECT_EQ(name_of(outcome::ok), "ok");
  EXPECT_EQ(name_of(outcome::timeout), "timeout");
  EXPECT_EQ(name_of(outcome::client_gone), "client_gone");
  EXPECT_EQ(name_of(outcome::client_gave_up), outcome_names.back());
}

}  // namespace
}  // namespace vendaval
