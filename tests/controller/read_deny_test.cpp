#include "controller/read_deny.hpp"

#include <gmock/gmock.h>

#include "controller/settings.hpp"

namespace vendaval::controller {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;

std::expected<settings, problems> read(std::string const& deny) {
  return check_settings("[environment]\nname = \"sandbox\"\n[faults]\nmax_armed_faults = 3\n[[faults.deny]]\n" + deny,
                        "v.toml");
}
std::string complaints(std::string const& deny) {
  auto const result = read(deny);
  return result ? "" : explain(result.error(), "");
}

TEST(ReadDeny, ReadsAWindowWithEverythingInIt) {
  auto const s = read(
      "name = \"month end\"\nzone = \"America/Sao_Paulo\"\nweekdays = [\"mon\", \"fri\"]\n"
      "days = [\"1\", \"last\", \"last-1\", \"2026-12-24\"]\nfrom = \"18:00\"\nto = \"06:00\"\n");
  ASSERT_TRUE(s) << explain(s.error(), "");
  ASSERT_EQ(s->faults.deny.size(), 1u);
  EXPECT_EQ(s->faults.max_armed_faults, 3u);
  auto const& w = s->faults.deny[0];
  EXPECT_EQ(w.name, "month end");
  EXPECT_EQ(w.offset, -180min);
  EXPECT_THAT(w.weekdays, ElementsAre(Monday, Friday));
  EXPECT_THAT(w.month_days, ElementsAre(1, -1, -2));
  EXPECT_THAT(w.dates, ElementsAre(2026y / December / 24));
  EXPECT_EQ(w.from, 18h);
  EXPECT_EQ(w.to, 6h);
}

TEST(ReadDeny, LeftOutMeansTheWholeOfEveryDay) {
  auto const s = read("name = \"always\"\nzone = \"UTC\"\n");
  ASSERT_TRUE(s) << explain(s.error(), "");
  EXPECT_EQ(s->faults.deny[0].from, 0min);
  EXPECT_EQ(s->faults.deny[0].to, 24h);
}

TEST(ReadDeny, WhatIsWrongIsToldWithWhatIsAccepted) {
  for (auto const& [text, told] : std::initializer_list<std::pair<std::string, std::string>>{
           {"zone = \"UTC\"\n", "name"},
           {"name = \"n\"\n", "zone"},
           {"name = \"n\"\nzone = \"America/Santiago\"\n", "\"America/Santiago\" is no zone that is known here"},
           {"name = \"n\"\nzone = \"UTC\"\nweekdays = [\"monday\"]\n", "one of sun, mon, tue, wed, thu, fri, sat"},
           {"name = \"n\"\nzone = \"UTC\"\ndays = [\"32\"]\n", "\"32\" is no day"},
           {"name = \"n\"\nzone = \"UTC\"\ndays = [\"0\"]\n", "\"0\" is no day"},
           {"name = \"n\"\nzone = \"UTC\"\ndays = [\"last-31\"]\n", "\"last-31\" is no day"},
           {"name = \"n\"\nzone = \"UTC\"\ndays = [\"2026-02-30\"]\n", "\"2026-02-30\" is no day"},
           {"name = \"n\"\nzone = \"UTC\"\nfrom = \"6 pm\"\n", "\"6 pm\" is no time of day"},
           {"name = \"n\"\nzone = \"UTC\"\nto = \"25:00\"\n", "\"25:00\" is no time of day"},
           {"name = \"n\"\nzone = \"UTC\"\nuntil = \"06:00\"\n", "until"}})
    EXPECT_THAT(complaints(text), HasSubstr(told)) << text;
}

}  // namespace
}  // namespace vendaval::controller
