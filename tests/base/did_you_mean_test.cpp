#include "base/did_you_mean.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace vendaval {
namespace {

std::vector<std::string> const banks{"bb", "itau", "bradesco", "santander", "caixa", "nubank", "inter"};

TEST(DidYouMean, FindsTheSlipOfTheHand) {
  EXPECT_EQ(did_you_mean("itauu", banks), "itau");
  EXPECT_EQ(did_you_mean("itua", banks), "itau");
  EXPECT_EQ(did_you_mean("satnander", banks), "santander");
  EXPECT_EQ(did_you_mean("nubanc", banks), "nubank");
  EXPECT_EQ(did_you_mean("bradeco", banks), "bradesco");
}

TEST(DidYouMean, PrefersTheNearest) {
  std::vector<std::string> const words{"latency", "latencies"};
  EXPECT_EQ(did_you_mean("latencyy", words), "latency");
  EXPECT_EQ(did_you_mean("latencie", words), "latencies");
}

TEST(DidYouMean, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("wells_fargo", banks), std::nullopt);
  EXPECT_EQ(did_you_mean("", banks), std::nullopt);
  EXPECT_EQ(did_you_mean("xy", banks), std::nullopt) << "two replaced letters of two are another word";
  EXPECT_EQ(did_you_mean("itau", {}), std::nullopt);
}

}  // namespace
}  // namespace vendaval
