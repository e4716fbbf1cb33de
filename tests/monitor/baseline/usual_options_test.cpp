#include "monitor/baseline/usual_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;

struct asked {
  usual_options options;
  std::string mistakes;
};

asked read(std::string const& text) {
  asked all;
  problems wrong;
  auto const document = parse_toml("v.toml", text, wrong);
  if (document) {
    table_reader table(document->table, document->file, wrong);
    all.options = read_usual(table, mission_institutions());
    table.finish();
  }
  for (auto const& p : wrong) all.mistakes += p.what + " / " + p.help + "\n";
  return all;
}

constexpr auto relaxed = R"(
holidays = ["2026-07-09"]
[[relax]]
institution = "caixa"
latency_p95 = "8s"
until = "2026-01-31"
by = "ana"
reason = "migração do banco"
)";
constexpr wall_time in_january = wall_time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 20));

TEST(UsualOptions, RelaxABankUntilADate) {
  auto const all = read(relaxed);
  ASSERT_EQ(all.mistakes, "");
  auto const caixa = settings_for("caixa", all.options, default_rules(), in_january);
  ASSERT_TRUE(caixa.relaxed);
  EXPECT_EQ(caixa.relaxed->latency, 8s);
  EXPECT_EQ(caixa.relaxed->by, "ana");
  EXPECT_EQ(iso8601(caixa.relaxed->until).substr(0, 16), "2026-01-31T03:00");  // Brasília's midnight
  EXPECT_FALSE(settings_for("itau", all.options, default_rules(), in_january).relaxed);
}

TEST(UsualOptions, KnowTheNationalHolidaysAndOnesOwn) {
  auto const s = settings_for("itau", read(relaxed).options, default_rules(), in_january);
  EXPECT_TRUE(s.holidays.contains(std::chrono::sys_days(std::chrono::year(2026) / 7 / 9)));
  EXPECT_TRUE(s.holidays.contains(std::chrono::sys_days(std::chrono::year(2025) / 12 / 25)));
}

TEST(UsualOptions, AreBoundedByTheStrictestOfTheWrittenRules) {
  auto rules = default_rules();
  rules[1].slow = 3s;
  rules[2].share = percent{7};
  rule follows;
  follows.what = metric::latency_p95;
  follows.usual = true;
  follows.slow = 1ms;
  rules.push_back(follows);
  auto const s = settings_for("itau", {}, rules, in_january);
  EXPECT_EQ(s.static_latency, 3s);
  EXPECT_EQ(s.static_errors, percent{7});
}

TEST(UsualOptions, AreBoundedByAWrittenRuleThatIsLooserThanTheMissions) {
  auto rules = default_rules();
  rules[1].slow = 8s;
  rules[2].share = percent{15};
  auto const s = settings_for("itau", {}, rules, in_january);
  EXPECT_EQ(s.static_latency, 8s);
  EXPECT_EQ(s.static_errors, percent{15});
  EXPECT_THAT(limits_in_words(learn({}, in_january, s)), HasSubstr("p95 8s e erros 15%"));
}

TEST(UsualOptions, AreTriedOverTheWindowsOfTheRulesThatAreThere) {
  auto rules = default_rules();
  rules[1].min_samples = 50;
  rule follows;
  follows.what = metric::latency_p95;
  follows.usual = true;
  follows.lasts = 2min;
  follows.min_samples = 12;
  rules.push_back(follows);
  auto const s = settings_for("itau", {}, rules, in_january);
  EXPECT_EQ(s.slow.lasts, 2min);
  EXPECT_EQ(s.slow.least, 12u);
  EXPECT_EQ(s.failing.lasts, 5min);
  EXPECT_EQ(s.static_slow.lasts, 10min);
  EXPECT_EQ(s.static_slow.least, 50u);
  EXPECT_EQ(s.static_failing.lasts, 3min);
}

TEST(UsualOptions, AreBoundedByTheMissionsLimitsWhereNoRuleIsWritten) {
  auto const s = settings_for("itau", {}, {}, in_january);
  EXPECT_EQ(s.static_latency, 5s);
  EXPECT_EQ(s.static_errors, percent{10});
}

TEST(UsualOptions, EveryMistakeNamesTheWayOut) {
  EXPECT_THAT(read("holidays = [\"9 July\"]\n").mistakes, HasSubstr("2026-07-09"));
  auto const all = read("[[relax]]\ninstitution = \"caixxa\"\nuntil = \"soon\"\nlatency = \"8s\"\n").mistakes;
  for (auto const* part : {"did you mean \"caixa\"", "\"soon\" is no date", "latency_p95", "by", "reason"})
    EXPECT_THAT(all, HasSubstr(part));
  std::string const twice(relaxed);
  EXPECT_THAT(read(twice + twice.substr(twice.find("[[relax"))).mistakes, HasSubstr("relaxed twice"));
}

}  // namespace
}  // namespace vendaval::monitor
