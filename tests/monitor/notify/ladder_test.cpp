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
  i.alerted_at = start;
  return i;
}

ladder two_steps(duration repeat = 0s) {
  return ladder({{{severity::critical, 5min, {"manager"}}, {severity::high, 15min, {"director", "email"}}}, repeat});
}

std::vector<std::string> names(std::vector<ladder::call> const& calls) {
  std::vector<std::string> all;
  for (auto const& c : calls) all.push_back(c.name);
  return all;
}

TEST(Ladder, ClimbsEachStepOnceWhenItsTimeHasCome) {
  auto l = two_steps();
  EXPECT_TRUE(l.due({opened()}, start + 4min).empty());
  auto const first = l.due({opened()}, start + 5min);
  ASSERT_THAT(names(first), ElementsAre("step-1"));
  EXPECT_THAT(first[0].channels, ElementsAre("manager"));
  EXPECT_TRUE(l.due({opened()}, start + 6min).empty());
  auto const second = l.due({opened()}, start + 15min);
  EXPECT_THAT(names(second), ElementsAre("step-2"));
}

TEST(Ladder, StopsWhenSomebodyAcknowledges) {
  auto l = two_steps(10min);
  auto i = opened();
  i.status = incident_status::investigating;
  EXPECT_TRUE(l.due({i}, start + 3h).empty());
}

TEST(Ladder, LetsTheMilderBe) {
  auto l = two_steps();
  EXPECT_TRUE(l.due({opened(severity::medium)}, start + 1h).empty());
  EXPECT_THAT(names(l.due({opened(severity::high)}, start + 1h)), ElementsAre("step-2"));
}

TEST(Ladder, RemindsAtEachRepeatAndNeverTwiceForOne) {
  auto l = two_steps(30min);
  EXPECT_THAT(names(l.due({opened(severity::low)}, start + 31min)), ElementsAre("reminder-1"));
  EXPECT_TRUE(l.due({opened(severity::low)}, start + 59min).empty());
  EXPECT_THAT(names(l.due({opened(severity::low)}, start + 125min)), ElementsAre("reminder-4"))
      << "what was slept through is said once";
}

TEST(Ladder, BeginsAnewWhenAnIncidentIsReopened) {
  auto l = two_steps();
  l.due({opened()}, start + 20min);
  auto i = opened();
  i.reopened = 1;
  EXPECT_THAT(names(l.due({i}, start + 21min)), IsEmpty()) << "those who are told of it now get their time as well";
  EXPECT_THAT(names(l.due({i}, start + 25min + 59s)), IsEmpty());
  EXPECT_THAT(names(l.due({i}, start + 26min)), ElementsAre("step-1"));
  EXPECT_THAT(names(l.due({i}, start + 36min)), ElementsAre("step-2"));
}

/// Taken at once, over, and back: nobody has it any more, but who is called has five minutes.
TEST(Ladder, WhatComesBackAfterItWasOverHasItsTimeToo) {
  auto l = two_steps(1h);
  auto i = opened();
  i.status = incident_status::investigating;
  l.due({i}, start + 1min);
  l.due({}, start + 30min);
  i.status = incident_status::open;
  i.reopened = 1;
  EXPECT_THAT(names(l.due({i}, start + 35min)), IsEmpty());
  EXPECT_THAT(names(l.due({i}, start + 40min)), ElementsAre("step-1"));
  EXPECT_THAT(names(l.due({i}, start + 60min)), ElementsAre("step-2")) << "and no reminder of the first time";
  EXPECT_THAT(names(l.due({i}, start + 95min)), ElementsAre("reminder-1"));
}

TEST(Ladder, ASilenceOfWhatCameBackDoesNotBeginItAnew) {
  auto l = two_steps();
  l.due({}, start);
  auto i = opened();
  i.reopened = 1;
  EXPECT_THAT(names(l.due({i}, start + 10min)), IsEmpty());
  l.due({}, start + 11min);
  EXPECT_THAT(names(l.due({i}, start + 16min)), ElementsAre("step-1"));
}

TEST(Ladder, NoRestartPutsOffWhatIsDue) {
  auto l = two_steps();
  auto i = opened();
  i.reopened = 2;
  EXPECT_THAT(names(l.due({i}, start + 20min)), ElementsAre("step-1", "step-2"));
}

TEST(Ladder, ForgetsWhatIsOver) {
  auto l = two_steps();
  l.due({opened()}, start + 20min);
  l.due({}, start + 21min);
  EXPECT_THAT(names(l.due({opened()}, start + 22min)), ElementsAre("step-1", "step-2"));
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
