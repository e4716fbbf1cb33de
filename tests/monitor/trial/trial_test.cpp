// Every shipped trial, in our engine and in Debian's promtool.
#include "monitor/trial/trial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "monitor/trial/promtool.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::monitor {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string text_of(fs::path const& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<fs::path> shipped() {
  std::vector<fs::path> all;
  for (auto const& entry : fs::directory_iterator(VENDAVAL_SOURCE_DIR "/scenarios/rules"))
    if (entry.path().extension() == ".toml") all.push_back(entry.path());
  std::ranges::sort(all);
  return all;
}

trial read(std::string const& text) {
  problems wrong;
  auto t = read_trial(text, "t.toml", wrong);
  EXPECT_TRUE(wrong.empty()) << explain(wrong, text);
  return t;
}

class Shipped : public testing::TestWithParam<fs::path> {};

TEST_P(Shipped, PassesHere) {
  auto const ran = run_trial(read(text_of(GetParam())));
  EXPECT_THAT(ran.failures, testing::IsEmpty());
}

TEST_P(Shipped, PassesInPromtool) {
  test::temporary_folder folder;
  auto const t = read(text_of(GetParam()));
  std::ofstream(folder / "r.yml") << prometheus_rules(t.rules);
  std::ofstream(folder / "t.yml") << promtool_test(t, "r.yml");
  auto const said = folder / "said";
  auto const command = "cd " + folder.path() + " && promtool check rules r.yml > " + said +
                       " 2>&1 && promtool test rules t.yml >> " + said + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << text_of(said);
}

/// What both engines say has to hang on the rules: with one that never fires, promtool must object as we do.
TEST(Trial, BothEnginesNoticeARuleThatIsWrong) {
  test::temporary_folder folder;
  auto t = read(text_of(VENDAVAL_SOURCE_DIR "/scenarios/rules/thr3-window.toml"));
  t.rules[0].share = {90};
  EXPECT_THAT(run_trial(t).failures, testing::Contains(HasSubstr("errors_high should fire")));
  std::ofstream(folder / "r.yml") << prometheus_rules(t.rules);
  std::ofstream(folder / "t.yml") << promtool_test(t, "r.yml");
  EXPECT_NE(std::system(("cd " + folder.path() + " && promtool test rules t.yml > said 2>&1").c_str()), 0);
}

/// As people name things.
TEST(Trial, PassesInPromtoolUnderNamesWithQuotesAndColons) {
  test::temporary_folder folder;
  auto t = read(text_of(VENDAVAL_SOURCE_DIR "/scenarios/rules/thr3-window.toml"));
  std::string const name = "Itaú: o \"banco\" d'água";
  for (auto& e : t.expected)
    if (e.firing) std::ranges::replace(*e.firing, t.rules[0].name, name);
  t.rules[0].name = name;
  t.name = "the app's breaker: nothing works";
  t.institution = "banco \"x\": y's";
  std::ofstream(folder / "r.yml") << prometheus_rules(t.rules);
  std::ofstream(folder / "t.yml") << promtool_test(t, "r.yml");
  auto const command = "cd " + folder.path() + " && promtool test rules t.yml > said 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << text_of(folder / "said");
}

INSTANTIATE_TEST_SUITE_P(Rules, Shipped, testing::ValuesIn(shipped()), [](auto const& info) {
  auto name = info.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Trial, CountsAClientThatLeftWithinItsAnswerForNothing) {
  auto t = read(text_of(VENDAVAL_SOURCE_DIR "/scenarios/rules/app-gives-up.toml"));
  for (auto& s : t.traffic)
    if (s.trouble == outcome::client_gave_up) s.trouble = outcome::client_gone;
  EXPECT_THAT(run_trial(t).failures, testing::Contains(HasSubstr("bank_unavailable should fire")));
  EXPECT_THAT(prometheus_rules(t.rules), HasSubstr("|invalid_body|client_gave_up\""));
  EXPECT_THAT(prometheus_rules(t.rules), testing::Not(HasSubstr("client_gone")));
}

TEST(Trial, HasNoHistoryForARuleThatFollowsABank) {
  problems wrong;
  std::string const text =
      "[trial]\nname = \"x\"\n[[rule]]\nname = \"slower\"\nmetric = \"latency_p95\"\nthreshold = \"usual\"\n"
      "[[traffic]]\nfor = \"1m\"\n[[expect]]\nat = \"1m\"\nfiring = []\n";
  auto const t = read_trial(text, "t.toml", wrong);
  EXPECT_THAT(explain(wrong, text), HasSubstr("vendaval rules backtest"));
  EXPECT_THAT(prometheus_rules(t.rules), HasSubstr("# slower follows each bank's own history"));
}

TEST(Trial, SaysWhatIsWrongAndWhere) {
  problems wrong;
  std::string const text = R"([trial]
name = "x"
rules = ["errors_hihg"]
[[traffic]]
for = "1m"
outcome = "down"
[[expect]]
at = "2m"
firing = []
[[expect]]
at = "soon"
)";
  read_trial(text, "t.toml", wrong);
  auto const said = explain(wrong, text);
  for (auto const* part : {"t.toml:3:", "did you mean \"errors_high\"?", "outcome", "the traffic ends after 1m",
                           "\"soon\" is no time", "nothing is expected here"})
    EXPECT_THAT(said, HasSubstr(part));
}

TEST(Trial, CallsThatHangAreSeenWhileTheyHang) {
  auto const t = read(R"([trial]
name = "hang"
rules = ["latency_high"]
[[traffic]]
for = "5m"
per_minute = 60
[[traffic]]
for = "2m"
per_minute = 60
latency = "10m"
[[expect]]
at = "7m"
firing = ["latency_high"]
)");
  EXPECT_THAT(run_trial(t).failures, testing::IsEmpty());
}

TEST(Trial, FailuresAreSpreadEvenly) {
  trial t;
  t.traffic = {{.lasts = 1min, .per_minute = 60, .failing = {25}}};
  auto const calls = calls_of(t);
  ASSERT_EQ(calls.size(), 60u);
  for (std::size_t i = 0; i < 60; i += 4)
    EXPECT_EQ(std::ranges::count(std::span(calls).subspan(i, 4), outcome::institution_down, &trial_call::result), 1);
}

}  // namespace
}  // namespace vendaval::monitor
