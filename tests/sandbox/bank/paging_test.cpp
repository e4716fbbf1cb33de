#include "sandbox/bank/paging.hpp"

#include <set>

#include "tests/sandbox/bank/bank_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

struct PagingTest : BankTest {
  /// Follows next from `target`, as the SDK does; the targets asked for are kept.
  std::vector<json::object> walk(std::string target) {
    std::vector<json::object> items;
    while (asked.size() < 100) {
      asked.push_back(target);
      auto const page = page_in(get(target));
      for (auto const& item : page.at("results").as_array()) items.push_back(item.as_object());
      if (page.at("next").is_null()) return items;
      std::string const next(page.at("next").as_string());
      EXPECT_TRUE(next.starts_with("https://bank.example:8443/api/")) << next;
      target = next.substr(std::string("https://bank.example:8443").size());
    }
    ADD_FAILURE() << "next never ends";
    return items;
  }
  std::vector<std::string> asked;
};

TEST_F(PagingTest, APageHoldsTenAndNextLeadsThroughAllOfThemOnce) {
  auto const link = link_of("itau");
  auto const items = walk("/api/transactions/?link=" + link);
  EXPECT_EQ(items.size(), 36u);  // two accounts of eighteen
  EXPECT_EQ(asked.size(), 4u);
  EXPECT_EQ(asked[1], "/api/transactions/?link=" + link + "&page=2");
  std::set<std::string> ids;
  for (auto const& item : items) {
    ids.emplace(item.at("id").as_string());
    EXPECT_EQ(item.at("account").at("link").as_string(), link);
    EXPECT_EQ(item.at("account").at("institution").at("name"), "ofitau_br_retail");
  }
  EXPECT_EQ(ids.size(), 36u);
}

TEST_F(PagingTest, PreviousLeadsBack) {
  auto const third = page_in(get("/api/transactions/?page=3"));
  EXPECT_EQ(third.at("previous"), "https://bank.example:8443/api/transactions/?page=2");
  auto const second = page_in(get("/api/transactions/?page=2"));
  EXPECT_EQ(second.at("previous"), "https://bank.example:8443/api/transactions/");
  EXPECT_TRUE(page_in(get("/api/transactions/")).at("previous").is_null());
}

TEST_F(PagingTest, WritesUrlsUnderItsPublicOriginWhenItHasOne) {
  settings.public_origin = "https://sandbox.example/";
  auto const page = page_in(get("/api/transactions/"));
  EXPECT_EQ(page.at("next"), "https://sandbox.example/api/transactions/?page=2");
}

TEST_F(PagingTest, HonoursAPageSizeUpToAThousand) {
  EXPECT_EQ(page_in(get("/api/transactions/?page_size=25")).at("results").as_array().size(), 25u);
  EXPECT_EQ(page_in(get("/api/transactions/?page_size=5000")).at("results").as_array().size(), 1000u);
  EXPECT_EQ(page_in(get("/api/transactions/?page_size=nine")).at("results").as_array().size(), 10u);
  settings.page_size = 3;
  it.reset();
  EXPECT_EQ(page_in(get("/api/transactions/")).at("results").as_array().size(), 3u);
}

TEST_F(PagingTest, APageThatIsNotThereIsNotFound) {
  for (std::string const page : {"0", "-1", "x", "5", "18446744073709551615", "99999999999999999999"}) {
    auto const answer = get("/api/transactions/?link=" + link_of("bb") + "&page=" + page);
    EXPECT_EQ(answer.status, 404u) << page;
    EXPECT_EQ(error_in(answer).at("message"), "Invalid page.");
  }
}

TEST_F(PagingTest, AFullLastPageHasNoNext) {
  settings.transactions_per_account = 10;  // twenty a link: two full pages
  auto const link = link_of("bb");
  EXPECT_EQ(walk("/api/transactions/?link=" + link).size(), 20u);
  EXPECT_EQ(get("/api/transactions/?page=3&link=" + link).status, 404u);
}

TEST_F(PagingTest, AnEmptyListIsAnEmptyPage) {
  auto const page = page_in(get("/api/accounts/?link=00000000-0000-4000-8000-000000000000"));
  EXPECT_EQ(page.at("count").to_number<int>(), 0);
  EXPECT_TRUE(page.at("results").as_array().empty());
  EXPECT_TRUE(page.at("next").is_null());
}

TEST_F(PagingTest, FiltersByLinkInstitutionAccountAndId) {
  auto const count = [&](std::string const& target) { return page_in(get(target)).at("count").to_number<int>(); };
  auto const a = link_of("bb"), b = link_of("itau");
  EXPECT_EQ(count("/api/accounts/"), 7 * 4 * 2);
  EXPECT_EQ(count("/api/accounts/?link=" + a), 2);
  EXPECT_EQ(count("/api/accounts/?link__in=" + a + "," + b), 4);
  EXPECT_EQ(count("/api/accounts/?link__in=" + a + "%2C" + b), 4);
  EXPECT_EQ(count("/api/accounts/?institution=ofitau_br_retail"), 8);
  EXPECT_EQ(count("/api/links/?institution__in=ofitau_br_retail,ofcaixa_br_retail"), 8);
  EXPECT_EQ(count("/api/links/?link=" + a), 1);

  auto const accounts = page_in(get("/api/accounts/?link=" + a)).at("results").as_array();
  std::string const first(accounts.at(0).at("id").as_string()), second(accounts.at(1).at("id").as_string());
  EXPECT_EQ(count("/api/accounts/?id__in=" + first + "," + second), 2);
  EXPECT_EQ(count("/api/transactions/?account=" + first), 18);
  EXPECT_EQ(count("/api/transactions/?account__in=" + first + "," + second), 36);
  EXPECT_EQ(count("/api/transactions/?account=" + first + "&link=" + b), 0);
}

}  // namespace
}  // namespace vendaval::sandbox::test
