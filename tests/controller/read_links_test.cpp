#include "controller/read_links.hpp"

#include <gmock/gmock.h>

namespace vendaval::controller {
namespace {

using testing::HasSubstr;

std::expected<link_table, problems> read(std::string_view text) {
  return read_links(text, "links.csv", mission_institutions());
}
std::string complaints(std::string_view text) {
  auto const links = read(text);
  return links ? "" : explain(links.error(), text);
}

TEST(ReadLinks, TakesABankByCodeOrAlias) {
  auto const links = read("link_id,institution\n0d3ffb69-f83b,itau\n6a8b2c1e-1111,ofcaixa_br_retail\n\n");
  ASSERT_TRUE(links) << explain(links.error(), "");
  EXPECT_EQ(*links, (link_table{{"0d3ffb69-f83b", "itau"}, {"6a8b2c1e-1111", "caixa"}}));
}

TEST(ReadLinks, TakesWhatDatabasesAndSpreadsheetsExport) {
  link_table const wanted{{"abc-1", "itau"}};
  for (std::string_view const text :
       {"link_id,institution\r\nabc-1,itau\r\n", "\xef\xbb\xbflink_id;institution\nabc-1;itau",
        "\"link_id\",\"institution\"\n\"abc-1\",\"itau\"\n",
        "id,institution,user,link_id\n1,itau,\"Silva, Maria\",abc-1\n",
        "link_id,institution\n abc-1 , itau \nabc-1,itau_br\n"})
    EXPECT_EQ(read(text).value_or(link_table{}), wanted) << text;
}

TEST(ReadLinks, TellsEveryMistakeWithItsLine) {
  auto const said = complaints(
      "link_id,institution\n"
      "abc-1,itauu\n"
      "abc-2\n"
      "../etc,itau\n"
      "abc-3,itau\n"
      "abc-3,bb\n"
      "\"abc-4,itau\n");
  EXPECT_THAT(said, HasSubstr("links.csv:2:7: unknown institution \"itauu\"\n"));
  EXPECT_THAT(said, HasSubstr("did you mean \"itau\"?"));
  EXPECT_THAT(said, HasSubstr("links.csv:3:1: this line has 1 of the 2 columns"));
  EXPECT_THAT(said, HasSubstr("links.csv:4:1: \"../etc\" is not the id of a link"));
  EXPECT_THAT(said, HasSubstr("links.csv:6:1: this link is said to be of itau already"));
  EXPECT_THAT(said, HasSubstr("links.csv:7:1: a quote is not closed on its line"));
}

TEST(ReadLinks, NeedsTheNamesOfItsColumns) {
  EXPECT_THAT(complaints(""), HasSubstr("the file is empty"));
  EXPECT_THAT(complaints("abc-1,itau\n"), HasSubstr("links.csv:1:1: no column is called link_id\n"));
  EXPECT_THAT(complaints("link_id,bank\nabc-1,itau\n"), HasSubstr("links.csv:1:1: no column is called institution\n"));
}

TEST(ReadLinks, StopsTellingAfterTwentyMistakes) {
  std::string text = "link_id,institution\n";
  for (int i = 0; i < 1000; ++i) text += "abc,narnia\n";
  EXPECT_EQ(read(text).error().size(), 20u);
}

}  // namespace
}  // namespace vendaval::controller
