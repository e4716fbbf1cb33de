#include "monitor/incidents/link_tally.hpp"

#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

TEST(LinkTally, CountsEachLinkOfABankOnce) {
  link_tally known;
  known.learn("itau", "8848bd0c-9c7e-4f53-a732-ec896b11d4c4");
  known.learn("itau", "8848BD0C-9C7E-4F53-A732-EC896B11D4C4");
  known.learn("itau", "other");
  known.learn("bb", "8848bd0c-9c7e-4f53-a732-ec896b11d4c5");
  EXPECT_EQ(known.of("itau"), 2u);
  EXPECT_EQ(known.of("bb"), 1u);
  EXPECT_EQ(known.of("caixa"), 0u) << "not known";
}

TEST(LinkTally, IsBounded) {
  link_tally known;
  for (std::size_t n = 0; n != link_tally::most + 10; ++n) known.learn("itau", std::to_string(n));
  EXPECT_EQ(known.of("itau"), link_tally::most);
}

}  // namespace
}  // namespace vendaval::monitor
