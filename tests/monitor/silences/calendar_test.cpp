#include "monitor/silences/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;

std::vector<maintenance_plan> plans(std::string text, problems& wrong) {
  auto const document = parse_toml("v.toml", std::move(text), wrong);
  table_reader table(document->table, document->file, wrong);
  auto all = read_maintenance(table, mission_institutions());
  table.finish();
  return all;
}

/// In Brasília.
wall_time at(int day, int hour, int minute = 0) {
  return wall_time(std::chrono::sys_days(std::chrono::year(2026) / 2 / day)) + std::chrono::hours(hour + 3) +
         std::chrono::minutes(minute);
}

TEST(Maintenance, ComesRoundOnItsDayInBrasilia) {
  problems wrong;
  auto const all = plans(R"([[maintenance]]
institutions = ["ofitau_br_retail"]
days = ["sunday"]
at = "23:30"
for = "2h"
reason = "janela")",
                         wrong);
  ASSERT_TRUE(wrong.empty()) << explain(wrong, "");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].about("itau")) << "a bank may be called by any of its names";
  EXPECT_FALSE(all[0].about("nubank"));
  EXPECT_FALSE(all[0].until(at(1, 23, 29)));  // Sunday, 1 February 2026
  EXPECT_EQ(all[0].until(at(1, 23, 30)), at(2, 1, 30));
  EXPECT_EQ(all[0].until(at(2, 1, 29)), at(2, 1, 30)) << "it began the day before";
  EXPECT_FALSE(all[0].until(at(2, 1, 30)));
  EXPECT_FALSE(all[0].until(at(2, 23, 45)));
}

TEST(Maintenance, IsListedAheadAlsoTheOneUnderWay) {
  problems wrong;
  auto const all = plans(R"([[maintenance]]
days = ["sunday"]
at = "23:30"
for = "2h"
announced = "2026-01-20"
reason = "janela")",
                         wrong);
  ASSERT_TRUE(wrong.empty()) << explain(wrong, "");
  using window = maintenance_plan::window;
  EXPECT_THAT(all[0].windows(at(2, 1, 29), at(9, 0)),
              testing::ElementsAre(window{at(1, 23, 30), at(2, 1, 30)}, window{at(8, 23, 30), at(9, 1, 30)}));
  EXPECT_THAT(all[0].windows(at(2, 1, 30), at(8, 23, 30)), testing::IsEmpty());
  EXPECT_EQ(all[0].announced, at(1, 0) - 24h * 12) << "midnight in Brasília";
}

TEST(Maintenance, OfOneDateIsOfThatDateAlone) {
  problems wrong;
  auto const all = plans("[[maintenance]]\ndate = \"2026-02-03\"\nat = \"02:00\"\nfor = \"3h\"\nreason = \"x\"", wrong);
  ASSERT_TRUE(wrong.empty());
  EXPECT_TRUE(all[0].about("any"));
  EXPECT_TRUE(all[0].until(at(3, 2)));
  EXPECT_FALSE(all[0].until(at(4, 2)));
}

TEST(Maintenance, SaysWhatIsWrong) {
  problems wrong;
  plans("[[maintenance]]\ninstitutions = [\"itauu\"]\nat = \"25:00\"\nfor = \"13h\"\nannounced = \"May\"\nfoo = 1",
        wrong);
  auto const said = explain(wrong, "");
  for (auto const* part :
       {"unknown institution \"itauu\"", "no time of day", "\"May\" is no date", "reason", "foo", "for"})
    EXPECT_THAT(said, HasSubstr(part));
}

}  // namespace
}  // namespace vendaval::monitor
