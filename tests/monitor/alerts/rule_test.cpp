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

std::string mistakes_of(std::string const& rule) {
  problems wrong;
  read("[[rule]]\nname = \"a\"\n" + rule, wrong);
  std::string all;
  for (auto const& p : wrong) all += p.what + " / " + p.help + "\n";
  return all;
}

TEST(Rules, FollowABankWhereItsThresholdIsTheUsual) {
  problems wrong;
  auto const rules = read("[[rule]]\nname = \"slower\"\nmetric = \"latency_p95\"\nthreshold = \"usual\"\n", wrong);
  ASSERT_TRUE(wrong.empty());
  EXPECT_TRUE(rules[0].usual);
  EXPECT_EQ(rules[0].condition(), "p95 acima do usual por 5m");
  EXPECT_THAT(mistakes_of("metric = \"success_rate\"\nthreshold = \"usual\"\n"),
              HasSubstr("error_rate and latency_p95"));
  EXPECT_THAT(mistakes_of("metric = \"outage\"\nthreshold = \"usual\"\n"), HasSubstr("error_rate and latency_p95"));
  EXPECT_THAT(mistakes_of("metric = \"error_rate\"\nthreshold = \"usual\"\nmode = \"sustained\"\n"),
              HasSubstr("mode = \"window\""));
  EXPECT_THAT(mistakes_of("metric = \"error_rate\"\nthreshold = \"usual\"\nclear_threshold = \"1%\"\n"),
              HasSubstr("leave clear_threshold out"));
}

TEST(Rules, DoNotClearOnTheSideOnWhichTheyFire) {
  EXPECT_EQ(mistakes_of("metric = \"success_rate\"\nthreshold = \"95%\"\nclear_threshold = \"97%\"\n"), "");
  EXPECT_EQ(mistakes_of("metric = \"latency_p95\"\nthreshold = \"5s\"\nclear_threshold = \"3s\"\n"), "");
  EXPECT_THAT(mistakes_of("metric = \"success_rate\"\nthreshold = \"95%\"\nclear_threshold = \"90%\"\n"),
              HasSubstr("higher than threshold"));
  EXPECT_THAT(mistakes_of("metric = \"error_rate\"\nthreshold = \"10%\"\nclear_threshold = \"20%\"\n"),
              HasSubstr("lower than threshold"));
  EXPECT_THAT(mistakes_of("metric = \"latency_p95\"\nthreshold = \"5s\"\nclear_threshold = \"6s\"\n"),
              HasSubstr("lower than threshold"));
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
