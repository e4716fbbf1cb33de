#include "monitor/history/planned.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/dice.hpp"
#include "monitor/history/maintenance.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Brasília's clock, in February 2026, which begins on a Sunday.
wall_time brasilia(int day, int hour = 0) {
  return wall_time(std::chrono::sys_days(std::chrono::year(2026) / 2 / 1)) + 24h * (day - 1) +
         std::chrono::hours(hour + 3);
}

maintenance_plan on_sundays(std::vector<std::string> banks = {"itau"}) {
  maintenance_plan plan;
  plan.institutions = std::move(banks);
  plan.days = {weekday::sunday};
  plan.at = 2h;
  plan.lasts = 3h;
  plan.reason = "janela semanal";
  return plan;
}

/// A configuration that is read now and then, and the record as the database keeps it.
struct Planned : testing::Test {
  std::vector<maintenance_plan> plans;
  std::vector<sql::maintenance_row> record;
  std::vector<std::string> const banks{"bb", "itau"};

  revision look(wall_time now) {
    std::vector<sql::maintenance_row> ahead;
    for (auto const& w : record)
      if (w.until > now && w.from < now + planned_ahead) ahead.push_back(w);
    auto const r = revise(plans, banks, ahead, now);
    for (auto const& id : r.withdraw) std::erase_if(record, [&](auto const& w) { return w.id == id; });
    for (auto const& w : r.write) {
      std::erase_if(record, [&](auto const& there) { return there.id == w.id; });
      record.push_back(w);
    }
    std::ranges::sort(record, {}, &sql::maintenance_row::from);
    return r;
  }
  std::vector<std::string> rulings() const {
    std::vector<std::string> all;
    for (auto const& r : rule_on(record)) all.push_back(r.why);
    return all;
  }
};

TEST_F(Planned, AWindowIsAnnouncedWhenItFirstStandsInTheConfiguration) {
  plans = {on_sundays()};
  EXPECT_THAT(look(brasilia(2)).write, SizeIs(5)) << "five weeks ahead";
  EXPECT_THAT(rulings(), ElementsAre("announced less than a week before", "planned", "the second of its month",
                                     "planned", "the second of its month"))
      << "8, 15 and 22 February, 1 and 8 March";
  EXPECT_TRUE(look(brasilia(2, 5)).empty()) << "nothing new";
  auto const week_later = look(brasilia(9)).write;
  ASSERT_THAT(week_later, SizeIs(1));
  EXPECT_EQ(week_later[0].from, brasilia(43, 2));
}

TEST_F(Planned, APlanThatNamesNoBankIsOfEveryOne) {
  plans = {on_sundays({})};
  plans[0].days.clear();
  plans[0].date = std::chrono::year(2026) / 2 / 20;
  look(brasilia(2));
  ASSERT_THAT(record, SizeIs(2));
  EXPECT_NE(record[0].institution_id, record[1].institution_id);
  EXPECT_THAT(rulings(), ElementsAre("planned", "planned"));
}

TEST_F(Planned, LaterConfigurationsChangeWhatLiesAheadAndNothingElse) {
  plans = {on_sundays()};
  look(brasilia(2));
  look(brasilia(15, 3));
  auto const past = std::vector(record.begin(), record.begin() + 2);  // the second of them has begun
  plans.clear();
  EXPECT_THAT(look(brasilia(15, 4)).withdraw, SizeIs(5));
  ASSERT_THAT(record, SizeIs(2));
  for (std::size_t i = 0; i != 2; ++i) {
    EXPECT_EQ(record[i].from, past[i].from);
    EXPECT_EQ(record[i].announced_at, past[i].announced_at);
  }
  plans = {on_sundays()};
  look(brasilia(15, 4));
  EXPECT_EQ(record[1].announced_at, past[1].announced_at) << "the one under way";
  EXPECT_EQ(record[2].announced_at, brasilia(15, 4)) << "withdrawn and announced again";
}

TEST_F(Planned, WhatTheBankAnnouncedBeforeItWasWrittenDownCountsFromThen) {
  plans = {on_sundays()};
  look(brasilia(2));
  plans[0].announced = brasilia(-10);
  EXPECT_THAT(look(brasilia(3)).write, SizeIs(5));
  EXPECT_EQ(rulings()[0], "planned");
  plans[0].announced.reset();
  EXPECT_TRUE(look(brasilia(3)).empty()) << "it stays as it was said";
}

TEST_F(Planned, AnotherReasonMovesNoAnnouncement) {
  plans = {on_sundays()};
  look(brasilia(2));
  plans[0].reason = "versão nova";
  EXPECT_THAT(look(brasilia(10)).write, SizeIs(5));
  EXPECT_EQ(record[1].reason, "versão nova");
  EXPECT_EQ(record[1].announced_at, brasilia(2));
  EXPECT_EQ(record[0].reason, "janela semanal") << "it is over";
}

TEST_F(Planned, OneThatIsUnderWayAtTheStartIsListedAndCounts) {
  plans = {on_sundays()};
  plans[0].announced = brasilia(-10);
  look(brasilia(8, 3));
  EXPECT_EQ(record[0].from, brasilia(8, 2));
  EXPECT_EQ(rulings()[0], "announced less than a week before");
}

TEST_F(Planned, WhatAPersonNotedIsLeftAlone) {
  dice d(1);
  record = {{uuid(d), "itau", brasilia(8, 2), brasilia(8, 5), brasilia(1), "ana diz", "calendar"}};
  EXPECT_TRUE(look(brasilia(2)).empty());
  plans = {on_sundays()};
  look(brasilia(2));
  EXPECT_EQ(std::ranges::count(record, brasilia(8, 2), &sql::maintenance_row::from), 2);
}

}  // namespace
}  // namespace vendaval::monitor
