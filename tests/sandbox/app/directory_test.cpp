#include "sandbox/app/directory.hpp"

#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

using DirectoryTest = BankTest;

TEST_F(DirectoryTest, LearnsEveryLinkAndNumberPageByPage) {
  directory banks;
  for (std::string const start : {"/api/institutions/", "/api/links/"}) {
    auto target = std::optional(start);
    while (target) target = learn_page(banks, mission_institutions(), get(*target).body);
  }
  ASSERT_EQ(banks.size(), 7u);
  for (auto const& [code, entry] : banks) {
    EXPECT_EQ(entry.links, the_bank().links_of(code)) << code;
    EXPECT_EQ(entry.links.size(), 4u);
    EXPECT_FALSE(entry.number.empty()) << code;
  }
  EXPECT_EQ(banks["itau"].number, "102");
}

TEST_F(DirectoryTest, LeavesOutBanksItDoesNotKnow) {
  directory banks;
  learn_page(banks, institutions({{"itau", "Itaú", {"ofitau_br_retail"}}}), get("/api/institutions/").body);
  EXPECT_EQ(banks.size(), 1u);
}

TEST_F(DirectoryTest, RefusesWhatIsNoPage) {
  directory banks;
  for (std::string const body : {"", "<html>", "[]", "{}", R"({"results":1})"})
    EXPECT_THROW(learn_page(banks, mission_institutions(), body), std::runtime_error) << body;
}

}  // namespace
}  // namespace vendaval::sandbox::test
