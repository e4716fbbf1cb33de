#include "controller/summary.hpp"

#include <gmock/gmock.h>

#include "tests/controller/toy_world.hpp"

namespace vendaval::controller {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace test;

journal play_one(temper t) {
  play p(t);
  p.to_the_end();
  return {p.day.facts(), p.result()};
}

std::string told(journal const& j, bool colour = false, bool unicode = true) {
  return summary(j, {colour, unicode, "runs/1.json", "runs/1.md", "sqlite:vendaval.db"});
}

TEST(Summary, TellsEveryCheckTheInstantsAndWhereThingsAre) {
  auto const j = play_one({.factor = 20});
  auto const text = told(j);
  for (auto const* checks : {&j.stored.hypotheses, &j.stored.assertions})
    for (auto const& c : *checks) EXPECT_THAT(text, HasSubstr(c.name));
  for (auto const name : monitor::mark_names) EXPECT_THAT(text, HasSubstr(std::string(name)));
  for (auto const* part : {"One bank down, the others unharmed on Itaú", "compressed 20 times", "seed 7", "runs/1.json",
                           "runs/1.md", "sqlite:vendaval.db", "PASSED  20/20 checks"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, Not(HasSubstr("✗")));
}

TEST(Summary, TellsWhatEachOfTheOtherBanksFeltByItself) {
  auto j = play_one({.factor = 20});
  for (auto& slot : j.facts.traffic)
    if (slot.counts.institution == "bb") slot.counts.bad = std::exchange(slot.counts.good, 0);
  auto const text = told(j);
  auto const at = text.find("what the other banks felt");
  ASSERT_NE(at, std::string::npos);
  auto const felt = text.substr(at);
  EXPECT_THAT(felt, HasSubstr("Banco do Brasil  success      0 %"));
  EXPECT_THAT(felt, HasSubstr("Nubank           success    100 %"));
  EXPECT_THAT(felt, Not(HasSubstr("Itaú  ")));
}

TEST(Summary, CountsTheCallsWhoseBankNobodyKnew) {
  auto j = play_one({.factor = 20});
  EXPECT_THAT(told(j), Not(HasSubstr("nobody knew")));
  std::uint64_t moved = 0;
  for (auto& slot : j.facts.traffic)
    if (slot.counts.institution == "bb") {
      slot.counts.institution = unknown_institution;
      moved += slot.counts.all();
    }
  ASSERT_GT(moved, 0u);
  EXPECT_THAT(told(j),
              testing::ContainsRegex(std::to_string(moved) + " calls \\([0-9.]+ %\\) were of a bank that nobody knew"));
}

TEST(Summary, TellsHowManyWebhooksWereKeptBackAndThatTheOthersPassed) {
  auto j = play_one({.factor = 20});
  auto& all = j.facts.webhooks.value();
  all.target = {webhook_counts{4, 0, 0, 0, 0}, {5, 7, 0, 6, 1}, {9, 0, 0, 1, 0}};
  all.others = {webhook_counts{40, 0, 0, 0, 0}, {95, 0, 0, 0, 0}, {60, 0, 0, 0, 0}};
  auto const text = told(j);
  EXPECT_THAT(text, HasSubstr("  webhooks   Itaú: 7 held back, of which 7 came when that ended; 4 passed before, 5 "
                              "during, 9 after\n"));
  EXPECT_THAT(text, HasSubstr("             other banks: 0 held back, 95 passed during the faults\n"));
  EXPECT_THAT(text, HasSubstr("the app would not have 1 of them"));
  j.facts.webhooks.reset();
  EXPECT_THAT(told(j), Not(HasSubstr("  webhooks  ")));
}

TEST(Summary, TellsWhyACheckFailed) {
  auto const text = told(play_one({.factor = 20, .monitor_notices = false}));
  EXPECT_THAT(
      text,
      HasSubstr("✗ somebody could know within 5 min of the first bad answer: no receiver accepted a notification"));
  EXPECT_THAT(text, HasSubstr("FAILED  "));
}

TEST(Summary, IsPlainWhereThereIsNoColourAndNoUnicode) {
  auto const j = play_one({.factor = 20});
  EXPECT_THAT(told(j), Not(HasSubstr("\033")));
  EXPECT_THAT(told(j, true), HasSubstr("\033[32m✓"));
  auto ascii = told(j, false, false);
  EXPECT_THAT(ascii, Not(HasSubstr("✓")));
  EXPECT_THAT(ascii, HasSubstr("ok "));
}

TEST(Summary, SpeaksOfARunThatBrokeNothing) {
  auto const text = told(play_one({.factor = 20, .target_fails_by_itself = 0.5}));
  EXPECT_THAT(text, HasSubstr("ERROR"));
  EXPECT_THAT(text, HasSubstr("nothing was broken"));
}

TEST(Report, HoldsTheSummaryAndTheEvents) {
  auto const j = play_one({.factor = 20});
  auto const text = report(j);
  EXPECT_THAT(text, testing::StartsWith("# "));
  EXPECT_THAT(text, HasSubstr("phase black-out begins, itau is broken"));
  EXPECT_THAT(text, HasSubstr("hypotheses"));
}

}  // namespace
}  // namespace vendaval::controller
