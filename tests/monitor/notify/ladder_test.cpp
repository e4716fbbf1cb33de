#include "monitor/notify/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
constexpr time_point start{1h};

incident opened(severity grade = severity::critical) {
  incident i;
  i.id = "one";
  i.grade = grade;
  i.opened_at = start - 1min;  // silently
  i.alerted_at = i.told_at = start;
  return i;
}

/// What has fallen due, which the incident knows from then on.
std::vector<std::string> climb(ladder const& l, incident& i, time_point now) {
  std::vector<std::string> names;
  for (auto const& c : l.due({i}, now)) {
    names.push_back(c.name);
    if (c.reminder)
      i.reminders = c.reminder;
    else
      i.climbed.push_back(c.name);
  }
  return names;
}

ladder two_steps(duration repeat = 0s) {
  return ladder({{{severity::critical, 5min, {"manager"}}, {severity::high, 15min, {"director", "email"}}}, repeat});
}

TEST(Ladder, ClimbsEachStepOnceWhenItsTimeHasCome) {
  auto const l = two_steps();
  auto i = opened();
  EXPECT_THAT(climb(l, i, start + 4min), IsEmpty());
  auto const first = l.due({i}, start + 5min);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_THAT(first[0].channels, ElementsAre("manager"));
  EXPECT_THAT(climb(l, i, start + 5min), ElementsAre("step-1"));
  EXPECT_THAT(climb(l, i, start + 6min), IsEmpty());
  EXPECT_THAT(climb(l, i, start + 15min), ElementsAre("step-2"));
}

TEST(Ladder, StopsWhenSomebodyAcknowledges) {
  auto i = opened();
  i.status = incident_status::investigating;
  EXPECT_THAT(climb(two_steps(10min), i, start + 3h), IsEmpty());
}

TEST(Ladder, LetsTheMilderBe) {
  auto mild = opened(severity::medium), high = opened(severity::high);
  EXPECT_THAT(climb(two_steps(), mild, start + 1h), IsEmpty());
  EXPECT_THAT(climb(two_steps(), high, start + 1h), ElementsAre("step-2"));
}

TEST(Ladder, RemindsAtEachRepeatAndNeverTwiceForOne) {
  auto const l = two_steps(30min);
  auto i = opened(severity::low);
  EXPECT_THAT(climb(l, i, start + 31min), ElementsAre("reminder-1"));
  EXPECT_THAT(climb(l, i, start + 59min), IsEmpty());
  EXPECT_THAT(climb(l, i, start + 125min), ElementsAre("reminder-4")) << "what was slept through is said once";
}

TEST(Ladder, CountsFromTheMomentPeopleWereToldThatItIsBack) {
  auto i = opened();
  i.reopened = 1;
  i.told_at = start + 35min;
  EXPECT_THAT(climb(two_steps(1h), i, start + 39min), IsEmpty());
  EXPECT_THAT(climb(two_steps(1h), i, start + 40min), ElementsAre("step-1"));
}

TEST(Ladder, CallsNobodyAboutWhatNobodyWasToldOf) {
  auto i = opened();
  i.told_at.reset();
  EXPECT_THAT(climb(two_steps(10min), i, start + 3h), IsEmpty());
}

TEST(ReadEscalation, SaysWhatIsWrong) {
  problems wrong;
  auto const document = parse_toml("v.toml", "[[escalation]]\nseverity = \"worst\"\nchannels = []\n", wrong);
  table_reader in(document->table, "v.toml", wrong);
  read_escalation(in);
  in.finish();
  auto const told = explain(wrong, document->text);
  EXPECT_THAT(told, HasSubstr("severity must be one of"));
  EXPECT_THAT(told, HasSubstr("this step tells nobody"));
  EXPECT_THAT(told, HasSubstr("after"));
}

}  // namespace
}  // namespace vendaval::monitor
