#include "base/institution.hpp"

#include <gmock/gmock.h>

#include <algorithm>

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

TEST(Institutions, AreFoundInEveryVocabularyOfTheApp) {
  auto const banks = institutions(known_institutions());
  auto const named = [&](std::string_view name) {
    auto const* bank = banks.find(name);
    return bank ? bank->id : "";
  };
  for (auto const& [name, id] :
       std::vector<std::pair<std::string, std::string>>{{"bb", "bb"},
                                                        {"banco_do_brasil_br", "bb"},
                                                        {"ofbancodobrasil_br_retail", "bb"},
                                                        {"itau_br", "itau"},
                                                        {"ofitau_br_business", "itau"},
                                                        {"nubank_br", "nubank"},
                                                        {"bancointer_br", "inter"},
                                                        {"ofmercadopago_br_retail", "mercadopago"},
                                                        {"ofbancopan_br_retail", "pan"},
                                                        {"ofxp_br_retail", "xp"},
                                                        {"ofbanco_do_brasil_br_retail", ""}})
    EXPECT_EQ(named(name), id) << name;
}

TEST(Institutions, ShareNoName) {
  std::vector<std::string> names;
  for (auto const& bank : known_institutions()) {
    names.push_back(bank.id);
    names.insert(names.end(), bank.aliases.begin(), bank.aliases.end());
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
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
