#include "controller/read_scenario.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/controller/toy_world.hpp"

namespace vendaval::controller {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace test;

constexpr std::string_view head = R"([scenario]
name = "t"
type = "unavailability"
target = "itau"
)";
constexpr std::string_view baseline = R"([[phase]]
name = "baseline"
for = "3m"
)";
constexpr std::string_view broken = R"([[phase]]
name = "broken"
for = "2m"
[[phase.fault]]
kind = "error"
answers = ["institution_down"]
)";
constexpr std::string_view asked = R"([[assert]]
measure = "detection"
at_most = "90s"
)";

std::string whole(std::string_view a, std::string_view b = {}, std::string_view c = {}, std::string_view d = {}) {
  std::string result;
  for (auto const part : {a, b, c, d}) result += part;
  return result;
}

std::string complaints(std::string const& text, scenario_context const& context = some_context()) {
  auto const read = check_scenario(text, "t.toml", context);
  return read ? "" : explain(read.error(), text);
}

TEST(ReadScenario, AcceptsTheSmallestOneThatCanFail) {
  EXPECT_EQ(complaints(whole(head, baseline, broken, asked)), "");
}

TEST(ReadScenario, S1IsTheBankOutageAsDescribed) {
  auto const s = s1();
  EXPECT_EQ(s.target, "itau");
  EXPECT_THAT(s.targets(), ElementsAre("itau"));
  std::vector<std::pair<std::string, duration>> phases;
  for (auto const& p : s.phases) phases.emplace_back(p.name, p.length);
  EXPECT_THAT(phases, ElementsAre(std::pair{"baseline", duration(3min)}, std::pair{"brown-out", duration(2min)},
                                  std::pair{"black-out", duration(6min)}, std::pair{"flapping", duration(2min)},
                                  std::pair{"recovery", duration(5min)}));
  EXPECT_EQ(s.first_fault(), 3min);
  EXPECT_EQ(s.last_fault(), 13min);
  EXPECT_EQ(s.length(), 18min);
  auto const& blackout = std::get<faults::error>(s.phases[2].faults.at(0).what);
  EXPECT_THAT(blackout.answers, ElementsAre("institution_down", "institution_unavailable", "unexpected_error"));
  EXPECT_THAT(blackout.shares, ElementsAre(percent{70}, percent{20}, percent{10}));
  EXPECT_EQ(s.phases[1].faults.at(1).where.probability, percent{30});
  EXPECT_EQ(std::get<faults::square_wave>(s.phases[3].faults.at(0).over_time).on, 15s);
  EXPECT_EQ(s.phases[2].faults.at(0).label, "s1-banco-fora/black-out/1");
}

TEST(ReadScenario, EveryShippedScenarioIsAccepted) {
  int n = 0;
  for (auto const& file : std::filesystem::directory_iterator(VENDAVAL_SOURCE_DIR "/scenarios")) {
    if (file.path().extension() != ".toml") continue;
    auto const name = file.path().filename().string();
    EXPECT_EQ(complaints(shipped(name)), "") << name;
    ++n;
  }
  EXPECT_GE(n, 1);
}

TEST(ReadScenario, ATargetGivenApartTakesThePlaceOfTheScenariosOwn) {
  auto context = some_context();
  context.target = "ofcaixa_br_retail";
  auto const s = check_scenario(whole(head, baseline, broken, asked), "t.toml", context);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->target, "caixa");
  EXPECT_THAT(s->targets(), ElementsAre("caixa"));
  context.target = "caixxa";
  EXPECT_THAT(
      complaints(whole(head, baseline, broken, asked), context),
      HasSubstr("t.toml: unknown institution \"caixxa\" given as the target\n       = did you mean \"caixa\"?"));
}

TEST(ReadScenario, AHostOffTheAllowListIsRefused) {
  auto context = some_context();
  context.upstream = "sandbox.belvo.com";
  EXPECT_THAT(complaints(whole(head, baseline, broken, asked), context), HasSubstr("the list is empty"));
  context.allowed_hosts = {"sandbox.belvo.com"};
  EXPECT_EQ(complaints(whole(head, baseline, broken, asked), context), "");
  EXPECT_THAT(complaints(whole(head, "upstream = \"api.belvo.com\"\n", baseline, whole(broken, asked)), context),
              HasSubstr("t.toml:5:12: \"api.belvo.com\" is not on the list of hosts that faults may be injected for\n"
                        "     5 | upstream = \"api.belvo.com\"\n"
                        "       |            ^^^^^^^^^^^^^^^\n"
                        "       = allowed in vendaval.toml: \"sandbox.belvo.com\"\n"));
  context.allowed_hosts = {"sandbox.belvo.com", "localhost"};
  EXPECT_THAT(
      complaints(whole(head, "upstream = \"localhost\"\n", baseline, whole(broken, asked)), context),
      HasSubstr("this scenario is meant for \"localhost\", and the proxy is in front of \"sandbox.belvo.com\""));
}

struct mistake {
  std::string what, text, message;
};
class Mistakes : public testing::TestWithParam<mistake> {};

TEST_P(Mistakes, AreToldWithTheirPlaceAndTheWayOut) {
  EXPECT_THAT(complaints(GetParam().text), testing::StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    ReadScenario, Mistakes,
    testing::Values(
        mistake{"UnknownInstitution",
                whole("[scenario]\nname = \"t\"\ntype = \"latency\"\ntarget = \"itauu\"\n", baseline, broken, asked),
                "t.toml:4:10: unknown institution \"itauu\"\n"
                "     4 | target = \"itauu\"\n"
                "       |          ^^^^^^^\n"
                "       = did you mean \"itau\"? accepted: \"bb\", \"itau\", "},
        mistake{"NoTarget", whole("[scenario]\nname = \"t\"\ntype = \"latency\"\n", baseline, broken, asked),
                "t.toml:1:1: no target: which bank is to be broken?\n"},
        mistake{"UnknownKey", whole(head, "targett = 1\n", baseline, whole(broken, asked)),
                "t.toml:5:1: unknown key \"targett\"\n"
                "     5 | targett = 1\n"
                "       | ^^^^^^^\n"
                "       = did you mean \"target\"? accepted here: "},
        mistake{"WrongType", whole(head, "version = \"1\"\n", baseline, whole(broken, asked)),
                "t.toml:5:11: version must be a whole number from 1 to 1000000\n"},
        mistake{"UnknownTestType",
                whole("[scenario]\nname = \"t\"\ntype = \"unavailable\"\ntarget = \"itau\"\n", baseline, broken, asked),
                "t.toml:3:8: type must be one of the words accepted here\n"},
        mistake{"PhaseOfZeroLength",
                whole(head, baseline, "[[phase]]\nname = \"x\"\nfor = \"0s\"\n", whole(broken, asked)),
                "t.toml:10:7: phase \"x\" lasts no time at all\n"
                "    10 | for = \"0s\"\n"
                "       |       ^^^^\n"
                "       = give it at least 1s, or take it out\n"},
        mistake{"Overlap",
                whole(head, baseline, "[[phase]]\nname = \"x\"\nfor = \"1m\"\nat = \"2m\"\n", whole(broken, asked)),
                "t.toml:11:6: phase \"x\" (2m to 3m) overlaps phase \"baseline\" (0s to 3m), and both are about itau\n"
                "    11 | at = \"2m\"\n"
                "       |      ^^^^\n"
                "       = start it at 3m or later, or leave \"at\" out to follow the phase before it\n"},
        mistake{"NoPhase", whole(head, asked), "t.toml:1:1: there is no phase, so nothing would happen\n"},
        mistake{"NoFault", whole(head, baseline, asked), "t.toml:5:1: no phase injects a fault\n"},
        mistake{"NoBaseline", whole(head, broken, asked), "t.toml:5:1: there is no baseline before the first fault\n"},
        mistake{"FaultForTooLong",
                whole(head, baseline,
                      "[[phase]]\nname = \"x\"\nfor = \"61m\"\n[[phase.fault]]\nkind = \"error\"\nanswers = "
                      "[\"institution_down\"]\n",
                      asked),
                "t.toml:10:7: phase \"x\" keeps a fault armed for 61m; a lease ends after 1h at the latest\n"},
        mistake{"TwoPhasesOfOneName", whole(head, baseline, baseline, whole(broken, asked)),
                "t.toml:9:8: there is already a phase named \"baseline\"\n"},
        mistake{"FaultOnAnUnknownBank", whole(head, baseline, broken, whole("institutions = [\"nubannk\"]\n", asked)),
                "t.toml:14:17: unknown institution \"nubannk\"\n"},
        mistake{"UnknownFaultKey", whole(head, baseline, broken, whole("chance = 1\n", asked)),
                "t.toml:14:1: unknown key \"chance\"\n"},
        mistake{"UnknownErrorCode",
                whole(head, baseline,
                      "[[phase]]\nname = \"x\"\nfor = \"1m\"\n[[phase.fault]]\nkind = \"error\"\nanswers = "
                      "[\"institution_dwn\"]\n",
                      asked),
                "t.toml:13:12: this API has no error \"institution_dwn\"\n"},
        mistake{"HypothesisWithoutABound",
                whole(head, baseline, broken, "[[hypothesis]]\nname = \"h\"\nmetric = \"success_rate\"\n"),
                "t.toml:16:10: hypothesis \"h\" sets no bound, so it could never fail\n"
                "    16 | metric = \"success_rate\"\n"
                "       |          ^^^^^^^^^^^^^^\n"
                "       = add at_least = \"99%\", at_most = \"99%\" or equals = \"99%\"\n"},
        mistake{"HypothesisThatNothingCanMeet",
                whole(head, baseline, broken,
                      "[[hypothesis]]\nname = \"h\"\nmetric = \"latency_p95\"\nat_least = \"2s\"\nat_most = \"1s\"\n"),
                "t.toml:17:12: hypothesis \"h\" asks for at least 2.00 s and at most 1.00 s\n"},
        mistake{"BoundOfTheWrongUnit",
                whole(head, baseline, broken,
                      "[[hypothesis]]\nname = \"h\"\nmetric = \"latency_p95\"\nat_most = \"99%\"\n"),
                "t.toml:17:11: at_most must be a duration such as \"250ms\", \"30s\" or \"3m\"\n"},
        mistake{"TwoHypothesesOfOneName",
                whole(head, baseline, broken,
                      "[[hypothesis]]\nname = \"h\"\nmetric = \"success_rate\"\nat_least = "
                      "\"9%\"\n[[hypothesis]]\nname = \"h\"\nmetric = \"success_rate\"\nat_least = \"9%\"\n"),
                "t.toml:19:8: there is already a hypothesis named \"h\"\n"},
        mistake{"UnknownMetricIsToldOnce",
                whole(head, baseline, broken,
                      "[[hypothesis]]\nname = \"h\"\nmetric = \"succes_rate\"\nat_least = \"9%\"\n"),
                "t.toml:16:10: metric must be one of the words accepted here\n"
                "    16 | metric = \"succes_rate\"\n"
                "       |          ^^^^^^^^^^^^^\n"
                "       = did you mean \"success_rate\"? accepted: \"success_rate\", \"latency_p95\"\n"},
        mistake{"WhenNamesNoMoment",
                whole(head, baseline, broken,
                      "[[hypothesis]]\nname = \"h\"\nmetric = \"success_rate\"\nat_least = \"9%\"\nwhen = []\n"),
                "t.toml:18:8: when names no moment\n"},
        mistake{"AssertionWithoutABound", whole(head, baseline, broken, "[[assert]]\nmeasure = \"recovery\"\n"),
                "t.toml:15:11: assertion \"recovery\" sets no bound, so it could never fail\n"},
        mistake{"UnknownMeasure",
                whole(head, baseline, broken, "[[assert]]\nmeasure = \"detektion\"\nat_most = \"9s\"\n"),
                "t.toml:15:11: measure must be one of the words accepted here\n"},
        mistake{"UnknownBreakerVerdict",
                whole(head, baseline, broken, "[[assert]]\nmeasure = \"breaker_verdict\"\none_of = [\"confirmd\"]\n"),
                "t.toml:16:11: \"confirmd\" is not a breaker verdict\n"},
        mistake{"SinceAPhaseThatBreaksNothing",
                whole(head, baseline, broken,
                      "[[assert]]\nmeasure = \"detection\"\nat_most = \"9s\"\nsince = \"baseline\"\n"),
                "t.toml:17:9: \"baseline\" is not a phase that breaks anything\n"},
        mistake{
            "SinceWhereNoBadAnswerCounts",
            whole(head, baseline, broken, "[[assert]]\nmeasure = \"recovery\"\nat_most = \"9s\"\nsince = \"broken\"\n"),
            "t.toml:17:9: recovery does not begin with a bad answer\n"},
        mistake{
            "StopWithoutALimit", whole(head, baseline, broken, whole(asked, "[[stop]]\nmetric = \"success_rate\"\n")),
            "t.toml:18:10: stop condition \"success_rate of others\" sets no limit, so it could never stop anything\n"},
        mistake{"NothingIsAsked", whole(head, baseline, broken),
                "t.toml:1:1: nothing is asked of this run, so it could never fail\n"},
        mistake{"NotToml", "[scenario\n", "t.toml:1:"}),
    [](auto const& info) { return info.param.what; });

TEST(ReadScenario, TellsEveryMistakeAtOnceInTheOrderOfTheFile) {
  auto const text = whole("[scenario]\nname = \"t\"\ntype = \"outage\"\ntarget = \"itauu\"\n",
                          "[[phase]]\nname = \"x\"\nfor = \"0s\"\n", "[[assert]]\nmeasure = \"detection\"\n");
  auto const told = complaints(text);
  std::size_t last = 0;
  for (auto const* place : {"t.toml:3:8:", "t.toml:4:10:", "t.toml:5:1:", "t.toml:7:7:", "t.toml:9:11:"}) {
    auto const at = told.find(place);
    ASSERT_NE(at, std::string::npos) << place << "\n" << told;
    EXPECT_GE(at, last) << place << "\n" << told;
    last = at;
  }
}

TEST(ReadScenario, PhasesOnDifferentBanksMayOverlap) {
  EXPECT_EQ(complaints(
                whole(head, baseline, broken,
                      whole("[[phase]]\nname = \"other\"\ntarget = \"bb\"\nat = \"3m\"\nfor = \"1m\"\n[[phase.fault]]\n"
                            "kind = \"connection\"\n",
                            asked))),
            "");
}

}  // namespace
}  // namespace vendaval::controller
