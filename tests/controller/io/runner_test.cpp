#include "controller/io/runner.hpp"

#include <gmock/gmock.h>

#include "controller/compress.hpp"
#include "controller/io/interrupted_runs.hpp"
#include "controller/read_scenario.hpp"
#include "proxy/faults/decision.hpp"
#include "sql/connection.hpp"
#include "tests/controller/io/controller_io_fixture.hpp"

namespace vendaval::controller::test {
namespace {

using testing::HasSubstr;

constexpr auto drill = R"(
[scenario]
name = "drill"
type = "unavailability"
target = "itau"
settle = "10s"
[[phase]]
name = "baseline"
for = "20s"
[[phase]]
name = "down"
for = "90s"
[[phase.fault]]
kind = "error"
answers = ["institution_down"]
operations = ["link", "retrieve"]
[[phase]]
name = "recovery"
for = "20s"
[[hypothesis]]
name = "the others stay well"
metric = "success_rate"
at_least = "99%"
[[assert]]
measure = "incident_opened"
since = "down"
at_most = "75s"
)";

struct Runner : ControllerIo {
  std::string start(std::string const& text = drill) {
    scenario_context context;
    context.error_codes = {"institution_down"};
    auto const played = check_scenario(text, "drill.toml", context);
    if (!played) throw std::runtime_error(explain(played.error(), text));
    run_identity who{"5b0e7a52-2f5b-4c8e-9d27-0a9a5f2d3c11",
                     text,
                     "drill.toml",
                     "",
                     7,
                     1,
                     "test",
                     "ana",
                     calendar.at(clock.now()),
                     {},
                     {"institution_down"}};
    for (auto const& bank : config.banks.all()) who.institutions.push_back({bank.id, bank.name, bank.aliases});
    return runs.start(*played, who, {.lease = 5s}).value();
  }
  std::string state_of(std::string const& id) {
    all_is_written();
    auto const row = with_store([&](sql::store& s) { return s.run(id); }).value();
    return row ? row->state : "not there";
  }
  journal kept(std::string const& id) {
    return from_json(boost::json::parse(read_file(folder / (id + ".json")).value())).value();
  }
};

TEST_F(Runner, WaitsForCallsBeforeItBeginsAndBreaksNothingMeanwhile) {
  auto const id = start();
  clock.advance(20s);
  EXPECT_EQ(runs.view(id, 0)->at("stage"), "preparing");
  clock.advance(15s);
  storage_settles();
  EXPECT_FALSE(runs.running());
  EXPECT_EQ(kept(id).facts.end, ending::could_not_run);
  EXPECT_THAT(kept(id).facts.end_reason, HasSubstr("waiting for calls about Itaú"));
  EXPECT_EQ(path.armed.size(), 1u) << "the empty snapshot of the start";
}

TEST_F(Runner, PlaysAGameDayAndKeepsWhatItJudged) {
  auto const id = start();
  EXPECT_EQ(state_of(id), "running");
  traffic(40s);
  ASSERT_EQ(on_path().faults.size(), 1u);
  EXPECT_EQ(runs.view(id, 0)->at("phases"), boost::json::array{"down"});
  traffic(120s);
  ASSERT_FALSE(runs.running());
  EXPECT_TRUE(on_path().faults.empty());

  auto const j = kept(id);
  EXPECT_EQ(j.facts.end, ending::completed);
  EXPECT_EQ(j.stored.result, ruling::passed) << j.stored.reason;
  EXPECT_EQ(recompute(j), j.stored) << "the journal alone gives the same verdict";
  ASSERT_TRUE(j.facts.phases[1].first_bad);
  EXPECT_GE(*j.facts.phases[1].first_bad, j.facts.phases[1].began);
  EXPECT_EQ(state_of(id), "passed");
  EXPECT_EQ(with_store([](sql::store& s) { return s.recent_chaos_results(5); }).value().at(0).status, "passed");
  EXPECT_EQ(with_store([](sql::store& s) { return s.recent_incidents(5); }).value().at(0).institution_id, "itau");
  EXPECT_THAT(read_file(folder / (id + ".md")).value(), HasSubstr("the others stay well"));
  EXPECT_EQ(runs.view(id, 0)->at("exit_code"), 0);
}

TEST_F(Runner, WhatIsKnownOfARunArrivesOnceADatabaseThatWasAwayIsBack) {
  auto const database_does = [this](std::string const& text) {
    ASSERT_TRUE(sql::connection::open("sqlite:" + database).value()->execute(text) >= 0);
  };
  database_does("ALTER TABLE runs RENAME TO away");
  auto const id = start();
  traffic(40s);
  ASSERT_EQ(on_path().faults.size(), 1u) << "its audit can be written";
  traffic(120s);
  ASSERT_FALSE(runs.running());
  EXPECT_TRUE(watch.kept().behind());
  database_does("ALTER TABLE away RENAME TO runs");
  traffic(61s);
  EXPECT_EQ(state_of(id), "passed");
  EXPECT_EQ(with_store([](sql::store& s) { return s.recent_chaos_results(5); }).value().at(0).status, "passed");
}

TEST_F(Runner, OneThatAnEarlierProcessLeftRunningIsMarkedButNotBeforeTheDatabaseHasItsBeginning) {
  interrupted_runs interrupted({io.get_executor(), *storage, log}, calendar.at(clock.now()));
  clock.advance(1s);
  auto const mine = start();
  sql::run_row left;
  left.id = "5b0e7a52-2f5b-4c8e-9d27-0a9a5f2d3c12";
  left.started_at = calendar.at(clock.now()) - 1h;
  interrupted.tick(clock.now(), true);
  storage_settles();
  with_store([&](sql::store& s) { return s.commit({.runs = {left}}); }).value();
  EXPECT_EQ(state_of(left.id), "running");
  interrupted.tick(clock.now(), false);
  storage_settles();
  EXPECT_EQ(state_of(left.id), "error");
  EXPECT_EQ(state_of(mine), "running");
}

TEST_F(Runner, AnAbortLiftsEveryFaultAtOnce) {
  auto const id = start();
  traffic(40s);
  ASSERT_EQ(on_path().faults.size(), 1u);
  EXPECT_FALSE(runs.abort("another", "no such run"));
  EXPECT_TRUE(runs.abort(id, "Ctrl-C"));
  EXPECT_TRUE(on_path().faults.empty());
  traffic(2s);
  EXPECT_FALSE(runs.running());
  EXPECT_EQ(state_of(id), "aborted");
  EXPECT_EQ(runs.view(id, 0)->at("exit_code"), 4);
}

TEST_F(Runner, TheKillSwitchEndsTheRunAndNothingIsArmedAgain) {
  auto const id = start();
  traffic(40s);
  desk.stop("enough", "ana");
  traffic(5s);
  EXPECT_FALSE(runs.running());
  EXPECT_TRUE(on_path().faults.empty());
  EXPECT_EQ(kept(id).facts.end, ending::aborted);
  EXPECT_THAT(kept(id).facts.end_reason, HasSubstr("enough"));
}

TEST_F(Runner, AKillSwitchThatIsReleasedBeforeTheNextStepEndsTheRunAllTheSame) {
  auto const id = start();
  traffic(40s);
  desk.stop("enough", "ana");
  ASSERT_TRUE(desk.release("a slip", "ana"));
  traffic(5s);
  EXPECT_FALSE(runs.running());
  EXPECT_TRUE(on_path().faults.empty());
  EXPECT_THAT(kept(id).facts.end_reason, HasSubstr("enough"));
}

TEST_F(Runner, TheEndOfTheProgramLiftsEveryFaultAndKeepsTheJournal) {
  auto const id = start();
  traffic(40s);
  runs.shut_down("vendaval was asked to end");
  EXPECT_TRUE(on_path().faults.empty());
  storage_settles();
  EXPECT_THAT(kept(id).facts.end_reason, HasSubstr("asked to end"));
}

TEST_F(Runner, S23_ARunThatWouldLastIntoADenyWindowIsRefusedBeforeItBegins) {
  auto const t = calendar.at(clock.now());
  auto const of_day = [&](duration d) {
    return std::chrono::floor<std::chrono::minutes>(t + d - std::chrono::floor<std::chrono::days>(t));
  };
  faults::arming_limits limits;
  limits.deny = {{.name = "soon", .from = of_day(2min), .to = of_day(20min)}};
  fault_desk guarded({io.get_executor(), clock, calendar, path, *storage, log, latch}, limits);
  runner careful({clock, calendar, guarded, watch, path, log, folder.path(), "sqlite:" + database, "test", "belvo"});
  scenario_context context;
  context.error_codes = {"institution_down"};
  auto played = check_scenario(drill, "drill.toml", context).value();
  auto const refused = careful.start(std::move(played), {}, {.lease = 5s});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(),
              HasSubstr("this run would break things when that is denied: the deny window \"soon\" opens in"));
}

TEST_F(Runner, S23_PlaysOneGameDayAtATimeSoThatNoBankIsInTwoExperiments) {
  auto const id = start();
  EXPECT_THROW(start(), std::bad_expected_access<std::string>);
  runs.abort(id, "over");
}

TEST_F(Runner, SaysSoWhenAFaultOfWebhooksCanMeetNoneAndCountsThemWhereTheyHaveAWayIn) {
  std::string text = drill;
  text.insert(text.find("[[phase]]\nname = \"recovery\""), "[[phase.fault]]\nkind = \"webhook\"\n");
  auto const told = [&](std::string const& id) { return boost::json::serialize(runs.view(id, 0)->at("events")); };
  auto const deaf = start(text);
  traffic(40s);
  EXPECT_THAT(told(deaf), HasSubstr("drill/down/2 will meet nothing: webhooks have no way in"));
  runs.abort(deaf, "over");
  traffic(2s);
  EXPECT_FALSE(kept(deaf).facts.webhooks);

  path.counted.webhooks = {{"itau", {.passed = 100}}};
  auto const id = start(text);
  traffic(10s);
  path.counted.webhooks = {{"itau", {.passed = 103}}};
  traffic(30s);
  path.counted.webhooks = {{"itau", {.passed = 103, .held = 2}}, {"bb", {.passed = 7}}};
  traffic(2s);
  EXPECT_THAT(told(id), testing::Not(HasSubstr("will meet nothing")));
  runs.abort(id, "over");
  traffic(2s);
  auto const counted = kept(id).facts.webhooks.value();
  EXPECT_EQ(counted.target[0], (webhook_counts{.passed = 3})) << "what was before the run is not its own";
  EXPECT_EQ(counted.target[1], (webhook_counts{.held = 2}));
  EXPECT_EQ(counted.others[1], (webhook_counts{.passed = 7}));
}

TEST_F(Runner, WhatFaultsDecidedAboutAProbeStandsInTheLogAndInNoFigureOfTheRun) {
  auto const id = start();
  traffic(2s);
  faults::decision made;
  made.route = "/api/accounts/";
  made.at = clock.now();
  auto probe = vendaval::test::ended_at(clock.now());
  probe.decided = std::make_shared<faults::decision const>(made);
  auto const before = runs.view(id, 0)->at("live");
  runs.probed(probe);
  EXPECT_EQ(runs.view(id, 0)->at("live"), before);
  runs.abort(id, "over");
  traffic(2s);
  auto const log = read_file(folder / (id + ".decisions.jsonl"));
  ASSERT_TRUE(log) << log.error();
  EXPECT_THAT(*log, HasSubstr("/api/accounts/"));
}

TEST_F(Runner, ShowsOnlyTheEventsThatWereNotSeenYet) {
  auto const id = start();
  traffic(25s);
  auto const all = runs.view(id, 0)->at("events").as_array();
  ASSERT_GT(all.size(), 2u);
  auto const rest = runs.view(id, all.size() - 1)->at("events").as_array();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0], all.back());
  EXPECT_FALSE(runs.view("another", 0));
}

}  // namespace
}  // namespace vendaval::controller::test
