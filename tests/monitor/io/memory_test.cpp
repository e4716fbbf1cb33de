// A process dies and the next one goes on, over a real database.
#include "monitor/io/memory.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "monitor/io/pulse.hpp"
#include "monitor/io/rows.hpp"
#include "monitor/io/watch.hpp"
#include "tests/monitor/calls.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::Contains;
using testing::HasSubstr;

struct Memory : test::MonitorIo {
  outbox_worker outbox{{io.get_executor(), clock, calendar, *storage, calls, log}, {}};
  watch watching{{io.get_executor(), clock, path, *storage, outbox, log}, test::watching_all_banks(calendar), 250ms};
  pulse beat{*storage, calendar};

  Memory() {
    watching.on_tick([this](time_point now) { beat.tick(now); });
    asio::co_spawn(io, watching.run(), asio::detached);
  }
  void fail(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      path.exchanges.push_back(test::ended_at(clock.now(), {.result = outcome::institution_down}));
      clock.advance(1s);
    }
    everything_is_kept();
  }
  /// The last tick first, then what it has to be written.
  void everything_is_kept() {
    storage_settles();
    EXPECT_TRUE(happens([&] { return !watching.kept().behind(); }));
  }
  sql::batch rows() {
    return with_store([](sql::store& s) { return remembered_rows(s); }).value();
  }
  memory kept() {
    everything_is_kept();
    return memory_of(rows(), calendar);
  }
};

TEST_F(Memory, WhatIsPendingIsRememberedWithWhenItBegan) {
  auto const fault = clock.now();
  fail(30);
  monitor next(test::watching_all_banks(calendar));
  auto const told = next.restore(kept(), clock.now());
  EXPECT_THAT(told, Contains(HasSubstr("bank_unavailable of itau stays pending")));
  std::vector<alert_change> fired;
  for (auto now = clock.now(); now < fault + 61s; now += 1s) {
    next.observe(test::ended_at(now, {.result = outcome::institution_down}));
    for (auto& c : next.tick(now + 1s).alerts)
      if (c.what == alert_change::kind::fired && c.now.rule == "bank_unavailable") fired.push_back(c);
  }
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_LE(fired[0].at, fault + 62s) << "a minute after the first bad answer, not after the restart";
}

TEST_F(Memory, AnOpenIncidentGoesOnWithItsHistory) {
  fail(70);
  auto& m = watching.state();
  ASSERT_EQ(m.incidents().size(), 1u);
  auto const id = m.incidents()[0].id;
  watching.carry_out(m.acknowledge("INC-0001", "ana", clock.now()).value());
  storage_settles();
  watching.carry_out(m.note(id, "rui", "banco avisado", clock.now()).value());
  storage_settles();
  monitor next(test::watching_all_banks(calendar));
  auto const told = next.restore(kept(), clock.now() + 1h);
  EXPECT_THAT(told, Contains(HasSubstr("bank_unavailable of itau still fires")));
  EXPECT_THAT(told, Contains(HasSubstr("incident INC-0001 of itau goes on (investigating)")));
  auto const* i = next.open_incident("itau");
  ASSERT_TRUE(i);
  EXPECT_EQ(i->id, id);
  EXPECT_EQ(i->acknowledged_by, "ana");
  ASSERT_FALSE(i->notes.empty());
  EXPECT_EQ(i->notes.size(), m.open_incident("itau")->notes.size());
  EXPECT_THAT(i->notes.front().text, HasSubstr("chamadas falharam")) << "why it was opened";
  EXPECT_EQ(i->notes.back().text, "banco avisado");
  EXPECT_EQ(i->told, m.open_incident("itau")->told);
  EXPECT_EQ(i->firing, m.open_incident("itau")->firing);
  for (auto now = clock.now() + 1h; next.open_incident("itau") && now < clock.now() + 2h; now += 1s) {
    next.observe(test::ended_at(now));
    next.tick(now + 1s);
  }
  EXPECT_FALSE(next.open_incident("itau")) << "it is over once good answers prove it";
}

TEST_F(Memory, AnIncidentWhoseRulesNoLongerFireResolves) {
  fail(70);
  auto before = kept();
  before.alerts.clear();
  monitor next(test::watching_all_banks(calendar));
  next.restore(std::move(before), clock.now());
  next.tick(clock.now());
  EXPECT_FALSE(next.open_incident("itau"));
}

TEST_F(Memory, AnAlertThatClearedIsNotBroughtBack) {
  fail(70);
  for (int i = 0; i < 400; ++i) {
    path.exchanges.push_back(test::ended_at(clock.now()));
    clock.advance(1s);
    storage_settles();
  }
  monitor next(test::watching_all_banks(calendar));
  EXPECT_THAT(next.restore(kept(), clock.now()), testing::IsEmpty());
  EXPECT_FALSE(next.open_incident("itau"));
  ASSERT_EQ(next.incidents().size(), 1u);
  EXPECT_EQ(next.incidents()[0].status, incident_status::resolved);
}

TEST_F(Memory, WhatStandsOnlyInTheSpoolIsRememberedAsWell) {
  fail(70);
  auto& m = watching.state();
  auto const before = kept();
  auto const incident = m.incidents()[0].id;
  // As a kill leaves it between the spool and the database: acknowledged and noted, and one more incident.
  auto known = rows();
  auto const and_this = [&](effects const& decided) {
    known = with_newer(std::move(known), rows_of(decided, calendar));
  };
  and_this(m.acknowledge(incident, "ana", clock.now()).value());
  and_this(m.note(incident, "rui", "banco avisado", clock.now()).value());
  and_this(
      m.sighted({"caixa", "statuspage", severity::medium, incident_type::other, "fora", clock.now(), clock.now()}));
  auto const all = memory_of(known, calendar);
  ASSERT_EQ(all.incidents.size(), 2u);
  EXPECT_EQ(all.incidents[0].acknowledged_by, "ana");
  EXPECT_EQ(all.incidents[0].notes.back().text, "banco avisado");
  EXPECT_EQ(all.incidents[1].institution, "caixa");
  EXPECT_EQ(all.incidents[1].number, 2u);
  EXPECT_EQ(all.alerts.size(), before.alerts.size());
}

TEST_F(Memory, AStartWithoutTheDatabaseGoesOnFromOurOwnCopy) {
  test::temporary_folder disk;
  auto const begin = [&] {
    watch_tools tools{io.get_executor(), clock, path, *storage, outbox, log};
    tools.copy = disk / "known";
    return std::make_unique<watch>(tools, test::watching_all_banks(calendar), 250ms);
  };
  auto first = begin();
  EXPECT_THAT(first->go_on(sql::batch()), testing::IsEmpty());
  auto& m = first->state();
  for (int i = 0; i < 70; ++i) {
    m.observe(test::ended_at(clock.now(), {.result = outcome::institution_down}));
    clock.advance(1s);
    first->carry_out(m.tick(clock.now()));
  }
  first->carry_out(m.acknowledge("INC-0001", "ana", clock.now()).value());
  auto const before = *m.open_incident("itau");
  first.reset();

  auto second = begin();
  auto const told = second->go_on(std::unexpected(std::string("cannot connect")));
  EXPECT_THAT(told, Contains(HasSubstr("bank_unavailable of itau still fires")));
  auto const* i = second->state().open_incident("itau");
  ASSERT_TRUE(i);
  EXPECT_EQ(i->id, before.id);
  EXPECT_EQ(i->acknowledged_by, "ana");
  EXPECT_EQ(i->told, before.told) << "nobody is told twice";
}

TEST_F(Memory, AStartWithoutTheDatabaseKnowsHowLongNobodyLooked) {
  test::temporary_folder disk;
  auto const begin = [&] {
    watch_tools tools{io.get_executor(), clock, path, *storage, outbox, log};
    tools.copy = disk / "known";
    return std::make_unique<watch>(tools, test::watching_all_banks(calendar), 250ms);
  };
  auto first = begin();
  first->go_on(sql::batch());
  pulse its(*storage, calendar, [&](sql::batch const& rows) { first->copy(rows); });
  auto& m = first->state();
  for (int i = 0; i < 20 * 60 + 40; ++i) {
    auto const result = i < 20 * 60 ? outcome::ok : outcome::institution_down;
    m.observe(test::ended_at(clock.now(), {.result = result}));
    clock.advance(1s);
    first->carry_out(m.tick(clock.now()));
    its.tick(clock.now());
  }
  first.reset();
  clock.advance(20s);

  auto second = begin();
  EXPECT_THAT(second->go_on(std::unexpected(std::string("cannot connect"))),
              Contains(HasSubstr("bank_unavailable of itau stays pending")));
}

}  // namespace
}  // namespace vendaval::monitor
