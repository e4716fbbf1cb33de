#include "controller/io/fault_desk.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>

#include "tests/controller/io/controller_io_fixture.hpp"

namespace vendaval::controller::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct FaultDesk : ControllerIo {};

TEST_F(FaultDesk, ArmsOnlyWhatTheAuditLogKnowsOf) {
  std::expected<std::uint64_t, std::string> answer;
  desk.arm(outage_of("itau"), 5s, "ana", [&](auto const& armed) { answer = armed; });
  EXPECT_TRUE(on_path().faults.empty()) << "the record is not durable yet";
  storage_settles();
  ASSERT_TRUE(answer);
  ASSERT_EQ(on_path().faults.size(), 1u);
  EXPECT_EQ(on_path().faults[0].id, *answer);
  EXPECT_EQ(on_path().faults[0].expires, clock.now() + 5s);
  EXPECT_THAT(audit(), ElementsAre("arm asked"));
}

TEST_F(FaultDesk, S11_ArmsNothingWhenTheAuditLogCannotBeWritten) {
  sqlite3* db = nullptr;
  sqlite3_open(database.c_str(), &db);
  ASSERT_EQ(sqlite3_exec(db, "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  auto const armed = arm(outage_of("itau"));
  ASSERT_FALSE(armed);
  EXPECT_THAT(armed.error(), HasSubstr("no audit record, so nothing was armed"));
  EXPECT_TRUE(on_path().faults.empty());
}

TEST_F(FaultDesk, LeavesALabelAloneThatIsArmedOrAboutToBe) {
  unsigned called = 0;
  for (int i = 0; i < 3; ++i) desk.arm(outage_of("itau"), 5s, "ana", [&](auto const&) { ++called; });
  storage_settles();
  desk.arm(outage_of("itau"), 5s, "ana", [&](auto const&) { ++called; });
  storage_settles();
  EXPECT_EQ(called, 1u);
  EXPECT_EQ(on_path().faults.size(), 1u);
}

TEST_F(FaultDesk, TellsWhoAsksOfTheKillSwitchAtOnceAndWhenItChanges) {
  std::vector<std::string> heard;
  auto const note = [&](std::optional<std::string> const& why) { heard.push_back(why.value_or("released")); };
  desk.on_latch(note);
  EXPECT_THAT(heard, testing::IsEmpty()) << "it is not latched";
  desk.stop("drill", "ana");
  ASSERT_TRUE(desk.release("over", "ana"));
  EXPECT_THAT(heard, ElementsAre("drill", "released"));
  desk.stop("again", "ana");
  desk.on_latch(note);
  EXPECT_THAT(heard, ElementsAre("drill", "released", "again", "again"));
}

TEST_F(FaultDesk, S9_ALeaseThatIsNotRenewedEndsAndIsWrittenDown) {
  auto const id = arm(outage_of("itau")).value();
  clock.advance(3s);
  EXPECT_TRUE(desk.renew(id));
  clock.advance(4s);
  EXPECT_EQ(on_path().faults.size(), 1u);
  clock.advance(2s);
  EXPECT_TRUE(on_path().faults.empty());
  EXPECT_FALSE(desk.renew(id)) << "what is over does not come back";
  EXPECT_THAT(audit(), ElementsAre("arm asked", "end lease expired"));
}

TEST_F(FaultDesk, S3_TheKillSwitchFreesTrafficBeforeAnythingIsWritten) {
  arm(outage_of("itau")).value();
  arm(outage_of("bb", "drill/down/2")).value();
  EXPECT_EQ(desk.stop("smoke in the server room", "ana"), 2u);
  EXPECT_TRUE(on_path().faults.empty());
  EXPECT_EQ(read_file(latch), "smoke in the server room");
  EXPECT_THAT(arm(outage_of("itau", "drill/down/3")).error(), HasSubstr("smoke in the server room"));
  EXPECT_TRUE(on_path().faults.empty());
  EXPECT_THAT(audit(), testing::IsSupersetOf({"end kill switch", "stop done"}));
}

TEST_F(FaultDesk, S4_TheLatchHoldsOverARestartUntilAPersonReleasesIt) {
  desk.stop("drill", "ana");
  fault_desk again({io.get_executor(), clock, calendar, path, *storage, log, latch}, {});
  ASSERT_TRUE(again.stopped());
  EXPECT_EQ(*again.stopped(), "drill");
  EXPECT_FALSE(again.release("", "ana")) << "a reason is needed";
  EXPECT_TRUE(again.release("all is well", "ana"));
  EXPECT_FALSE(again.stopped());
  EXPECT_FALSE(std::filesystem::exists(latch));
  EXPECT_FALSE(again.release("once more", "ana"));
}

TEST_F(FaultDesk, S23_AFaultEndsWhereADenyWindowBeginsAndTheRecordSaysSo) {
  // The calendar begins at 17:31:05 UTC.
  faults::arming_limits limits;
  limits.deny = {{.name = "evening", .from = 17h + 32min, .to = 18h}};
  fault_desk guarded({io.get_executor(), clock, calendar, path, *storage, log, latch}, limits);
  auto const ask = [&](std::string label, duration at) {
    clock.advance(at - (clock.now() - calendar.steady));
    std::expected<std::uint64_t, std::string> answer = std::unexpected("was not called back");
    guarded.arm(outage_of("itau", std::move(label)), 10min, "ana", [&](auto const& armed) { answer = armed; });
    storage_settles();
    return answer;
  };
  auto const window =
      calendar.at(std::chrono::floor<std::chrono::days>(calendar.at(clock.now())) + 17h + 32min + std::chrono::days(1));
  ASSERT_TRUE(ask("drill/1", window - 5min - calendar.steady));
  EXPECT_EQ(on_path().faults.at(0).expires, window) << "five minutes, not ten";
  EXPECT_THAT(ask("drill/2", window - calendar.steady).error(), HasSubstr("the deny window \"evening\" is open"));
  guarded.tick();
  EXPECT_TRUE(on_path().faults.empty());
  storage_settles();
  EXPECT_THAT(audit(), testing::Contains("end deny window"));
}

TEST_F(FaultDesk, SaysSoWhenAFaultOfWebhooksCanMeetNone) {
  auto what = outage_of("itau");
  what.what = faults::webhook{};
  arm(what).value();
  EXPECT_THAT(said.str(), HasSubstr("drill/down/1 meets nothing: webhooks have no way in, add [webhooks]"));
  path.counted.webhooks.emplace();
  said.str("");
  what.label = "drill/down/2";
  arm(what).value();
  EXPECT_THAT(said.str(), testing::Not(HasSubstr("meets nothing")));
}

TEST_F(FaultDesk, S13_NeverGivesOutAnIdTwiceAlsoAfterARestart) {
  auto const before = arm(outage_of("itau")).value();
  timeline const later{clock.now(), calendar.wall + 2h};
  fault_desk again({io.get_executor(), clock, later, path, *storage, log, latch}, {});
  std::uint64_t after = 0;
  again.arm(outage_of("bb", "drill/down/2"), 5s, "ana", [&](auto const& armed) { after = armed.value(); });
  storage_settles();
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace vendaval::controller::test
