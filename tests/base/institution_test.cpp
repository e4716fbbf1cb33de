#include "base/institution.hpp"

#include <gmock/gmock.h>

namespace vendaval {
namespace {

TEST(Institutions, AreFoundByCodeAndByTheApisName) {
  auto const banks = mission_institutions();
  ASSERT_NE(banks.find("itau"), nullptr);
  EXPECT_EQ(banks.find("ofitau_br_retail"), banks.find("itau"));
  EXPECT_EQ(banks.find("itauu"), nullptr);
  EXPECT_EQ(banks.find(""), nullptr);
}

TEST(Institutions, AreTheSevenOfTheMissionInTheirOrder) {
  EXPECT_THAT(mission_institutions().ids(),
              testing::ElementsAre("bb", "itau", "bradesco", "santander", "caixa", "nubank", "inter"));
}

TEST(Institutions, AreNamedForPeople) {
  auto const banks = mission_institutions();
  EXPECT_EQ(banks.name_of("itau"), "Itaú");
  EXPECT_EQ(banks.name_of("ofitau_br_retail"), "Itaú");
  EXPECT_EQ(banks.name_of("nobody"), "nobody");
}

TEST(Institutions, DoNotUseTheReservedWords) {
  auto const banks = mission_institutions();
  EXPECT_EQ(banks.find(no_institution), nullptr);
  EXPECT_EQ(banks.find(unknown_institution), nullptr);
}

}  // namespace
}  // namespace vendaval
