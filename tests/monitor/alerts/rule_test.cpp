#include "monitor/alerts/rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<rule> read(std::string const& text, problems& wrong) {
  auto const document = parse_toml("rules.toml", text, wrong);
  if (!document) return {};
  table_reader table(document->table, document->file, wrong);
  auto rules = read_rules(table);
  table.finish();
  return rules;
}

TEST(Rules, TheMissionsFourAreShippedLiterally) {
  auto const rules = default_rules();
  ASSERT_EQ(rules.size(), 4u);
  EXPECT_EQ(rules[0].what, metric::success_rate);
  EXPECT_EQ(rules[0].share, percent{95});
  EXPECT_EQ(rules[0].lasts, 5min);
  EXPECT_THAT(rules[0].channels, ElementsAre("slack"));
  EXPECT_EQ(rules[1].what, metric::latency_p95);
  EXPECT_EQ(rules[1].slow, 5s);
  EXPECT_EQ(rules[1].lasts, 10min);
  EXPECT_THAT(rules[1].channels, ElementsAre("email"));
  EXPECT_EQ(rules[2].what, metric::error_rate);
  EXPECT_EQ(rules[2].share, percent{10});
  EXPECT_EQ(rules[2].lasts, 3min);
  EXPECT_THAT(rules[2].channels, ElementsAre("pagerduty"));
  EXPECT_EQ(rules[3].what, metric::outage);
  EXPECT_EQ(rules[3].lasts, 1min);
  EXPECT_EQ(rules[3].grade, severity::critical);
  EXPECT_EQ(rules[3].min_samples, 5u);
  EXPECT_THAT(rules[3].operations, ElementsAre(operation::link, operation::retrieve));
}

TEST(Rules, EveryMistakeIsToldAtOnce) {
  problems wrong;
  read(
      "[[rule]]\nname = \"a\"\nmetric = \"sucess_rate\"\nfor = \"5 minutes\"\n"
      "[[rule]]\nname = \"a\"\nmetric = \"error_rate\"\nthreshold = 10\nchanels = [\"slack\"]\nchannels = []\n",
      wrong);
  std::string all;
  for (auto const& p : wrong) all += p.what + " / " + p.help + "\n";
  EXPECT_THAT(all, HasSubstr("success_rate"));
  EXPECT_THAT(all, HasSubstr("for"));
  EXPECT_THAT(all, HasSubstr("two rules named \"a\""));
  EXPECT_THAT(all, HasSubstr("threshold"));
  EXPECT_THAT(all, HasSubstr("chanels"));
  EXPECT_THAT(all, HasSubstr("tell nobody"));
}

TEST(Rules, AnOutageHasNoThreshold) {
  problems wrong;
  read("[[rule]]\nname = \"a\"\nmetric = \"outage\"\nthreshold = \"10%\"\n", wrong);
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_THAT(wrong[0].what, HasSubstr("threshold"));
  wrong.clear();
  read("[[rule]]\nname = \"a\"\nmetric = \"error_rate\"\n", wrong);
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_THAT(wrong[0].what, HasSubstr("threshold"));
}

TEST(Rules, OnesOwnRuleTakesThePlaceOfTheShippedOneOfTheSameName) {
  problems wrong;
  auto const own = read(
      "[[rule]]\nname = \"errors_high\"\nmetric = \"error_rate\"\nthreshold = \"25%\"\n"
      "[[rule]]\nname = \"mine\"\nmetric = \"latency_p95\"\nthreshold = \"2s\"\n",
      wrong);
  ASSERT_TRUE(wrong.empty());
  auto const all = with_overrides(default_rules(), own);
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[2].share, percent{25});
  EXPECT_EQ(all[4].slow, 2s);
}

TEST(Rules, CompressingDividesWhatIsWaitedForAndNothingElse) {
  auto const before = default_rules()[3];
  auto const after = compress(before, 20);
  EXPECT_EQ(after.lasts, 3s);
  EXPECT_EQ(after.clear_for, 3s);
  EXPECT_EQ(after.min_samples, before.min_samples);
  EXPECT_EQ(compress(default_rules()[1], 20).slow, 5s);
}

TEST(Rules, SayTheirConditionToPeople) {
  auto const rules = default_rules();
  EXPECT_EQ(rules[0].condition(), "sucesso < 95% por 5m");
  EXPECT_EQ(rules[1].condition(), "p95 > 5s por 10m");
}

}  // namespace
}  // namespace vendaval::monitor
