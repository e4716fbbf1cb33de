#include "monitor/io/watch.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json.hpp>

#include "tests/monitor/calls.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Watch : test::MonitorIo {
  outbox_worker outbox{{io.get_executor(), clock, calendar, *storage, calls, log}, {}};
  watch watching{{io.get_executor(), clock, path, *storage, outbox, log}, test::watching_all_banks(calendar), 250ms};

  Watch() { asio::co_spawn(io, watching.run(), asio::detached); }

  /// A bank's outage, long enough for the outage rule to fire.
  void outage(std::string const& bank) {
    for (int i = 0; i < 70; ++i) {
      path.exchanges.push_back(test::ended_at(clock.now(), {.bank = bank, .result = outcome::institution_down}));
      clock.advance(1s);
    }
    for (int i = 0; i < 20; ++i) storage_settles();  // one batch after another
  }
  std::vector<std::string> banks_in_database() {
    auto const rows = with_store([](sql::store& s) { return s.recent_incidents(10); });
    std::vector<std::string> banks;
    for (auto const& row : rows.value()) banks.push_back(row.institution_id);
    return banks;
  }
  void execute(std::string const& text) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(database.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
};

TEST_F(Watch, WritesAnIncidentAndTellsOfWhatItSaw) {
  std::vector<std::string> told;
  unsigned exchanges = 0;
  watching.on_exchange([&](exchange const&) { ++exchanges; });
  watching.on_effects([&](effects const& e) {
    for (auto const& i : e.incidents) told.push_back(i.now.institution);
  });
  outage("itau");
  EXPECT_EQ(exchanges, 70u);
  EXPECT_THAT(told, testing::Each("itau"));
  EXPECT_FALSE(told.empty());
  EXPECT_THAT(banks_in_database(), ElementsAre("itau"));
  EXPECT_EQ(watching.counts().waiting, 0u);
}

TEST_F(Watch, TriesAgainUntilTheDatabaseTakesIt) {
  execute(
      "CREATE TRIGGER full BEFORE INSERT ON banking_incidents BEGIN SELECT RAISE(ABORT, 'disk full'); END;"
      "CREATE TRIGGER full_too BEFORE INSERT ON monitor_state BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  outage("itau");
  EXPECT_THAT(banks_in_database(), ElementsAre());
  EXPECT_GT(watching.counts().failed, 0u);
  EXPECT_GT(watching.counts().waiting, 0u);
  execute("DROP TRIGGER full; DROP TRIGGER full_too");
  for (int i = 0; i < 5; ++i) clock.advance(1s), storage_settles();
  EXPECT_THAT(banks_in_database(), ElementsAre("itau"));
  EXPECT_EQ(watching.counts().refused, 0u);
}

TEST_F(Watch, ARowThatTheDatabaseNeverAcceptsDoesNotHoldUpTheNextIncident) {
  execute(
      "CREATE TRIGGER no BEFORE INSERT ON banking_incidents WHEN NEW.institution_id = 'itau' "
      "BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  outage("itau");
  outage("bb");
  for (int i = 0; i < 3600 && banks_in_database().empty(); ++i) clock.advance(1s), storage_settles();
  EXPECT_THAT(banks_in_database(), ElementsAre("bb"));
  EXPECT_GT(watching.counts().refused, 0u);
  EXPECT_THAT(said.str(), HasSubstr("not this one"));
  EXPECT_THAT(said.str(), HasSubstr("given up")) << "what the database does not have, the log has";
}

TEST_F(Watch, KeepsTheFiguresOfEveryMinute) {
  for (int i = 0; i < 63; ++i) {
    path.exchanges.push_back(test::ended_at(clock.now(), {.bank = "bb"}));
    clock.advance(1s);
  }
  storage_settles();
  auto const rows = with_store([](sql::store& s) { return s.recent_metrics({.institution_id = "bb"}, 20); });
  std::vector<std::string> kinds;
  for (auto const& row : rows.value()) kinds.push_back(row.metric_type);
  EXPECT_THAT(kinds, testing::IsSupersetOf({"success_rate", "error_rate", "latency", "uptime"}));
}

using Metrics = test::MonitorIo;

/// Also where a minute ends within a slot.
TEST_F(Metrics, EveryCallIsInOneRowOfItsKind) {
  clock.advance(130ms);
  outbox_worker outbox{{io.get_executor(), clock, calendar, *storage, calls, log}, {}};
  watch odd{{io.get_executor(), clock, path, *storage, outbox, log}, test::watching_all_banks(calendar), 250ms};
  asio::co_spawn(io, odd.run(), asio::detached);
  std::vector<wall_time> ended;
  for (int i = 0; i < 2000; ++i) {
    path.exchanges.push_back(test::ended_at(clock.now(), {.bank = "bb"}));
    ended.push_back(calendar.at(clock.now()));
    clock.advance(100ms);
    if (i % 50 == 0) storage_settles();
  }
  storage_settles();
  std::int64_t counted = 0;
  wall_time until{};
  std::vector<double> windows;
  auto const rows = with_store([](sql::store& s) { return s.recent_metrics({.institution_id = "bb"}, 100); });
  for (auto const& row : rows.value()) {
    if (row.metric_type != "success_rate") continue;
    auto const about = boost::json::parse(row.metadata).as_object();
    counted += about.at("n").as_int64();
    windows.push_back(about.at("window_s").to_number<double>());
    until = std::max(until, row.timestamp);
  }
  EXPECT_THAT(windows, ElementsAre(60, 60, 60));
  EXPECT_EQ(counted, std::ranges::count_if(ended, [&](wall_time t) { return t < until; }));
}

using Probes = test::MonitorIo;

TEST_F(Probes, AreToldOfApart) {
  outbox_worker outbox{{io.get_executor(), clock, calendar, *storage, calls, log}, {}};
  watch with_probes{{.control = io.get_executor(),
                     .time = clock,
                     .path = path,
                     .storage = *storage,
                     .outbox = outbox,
                     .log = log,
                     .probe_client = 77},
                    test::watching_all_banks(calendar),
                    250ms};
  auto const slow = [&](std::uint64_t request, std::uint64_t client) {
    path.under_way.push_back({.institution = "itau",
                              .what = operation::retrieve,
                              .arrived = clock.now(),
                              .request = request,
                              .client = client});
  };
  slow(1, 77);
  slow(2, 78);
  unsigned exchanges = 0, probes = 0;
  with_probes.on_exchange([&](exchange const&) { ++exchanges; });
  with_probes.on_probe([&](exchange const&) { ++probes; });
  asio::co_spawn(io, with_probes.run(), asio::detached);
  for (std::uint64_t const client : {77u, 78u, 77u}) {
    path.exchanges.push_back(test::ended_at(clock.now()));
    path.exchanges.back().client = client;
    clock.advance(1s);
  }
  EXPECT_EQ(exchanges + probes, 3u);
  EXPECT_EQ(probes, 2u);
  EXPECT_EQ(with_probes.state().seen().flying("itau", {}, clock.now()).count, 1u);
}

}  // namespace
}  // namespace vendaval::monitor
