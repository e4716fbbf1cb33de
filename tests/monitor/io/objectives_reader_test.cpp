// The month's objectives out of both databases.
#include "monitor/io/objectives_reader.hpp"

#include <gtest/gtest.h>

#include "monitor/io/memory.hpp"
#include "monitor/io/rows.hpp"
#include "tests/monitor/calls.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::monitor {
namespace {

using test::must;

constexpr wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 31)};

struct ObjectivesReader : test::Database {
  timeline const calendar{time_point(24h * 90), now};

  sql::history_row day_or_hour(std::string grain, wall_time at, int good, int bad) const {
    figures f;
    for (int i = 0; i < good; ++i) f.add(test::ended_at(time_point(1h), {.took = 300ms}));
    for (int i = 0; i < bad; ++i) f.add(test::ended_at(time_point(1h), test::failing));
    f.counts.bank_bad = bad;
    sql::history_row row;
    row.institution_id = "itau";
    row.grain = std::move(grain);
    row.began_at = at;
    row.operation = "retrieve";
    write(f, row);
    return row;
  }
  void keep(sql::batch& rows, std::string label, wall_time began, duration lasted) const {
    incident i;
    i.id = "00000000-0000-4000-8000-0000000000" + label;
    i.number = static_cast<unsigned>(std::stoul(label));
    i.institution = "itau";
    i.description = "x";
    i.grade = severity::critical;
    i.status = incident_status::resolved;
    i.started_at = calendar.at(began);
    i.opened_at = i.started_at + 30s;
    i.resolved_at = i.started_at + lasted;
    rows.incidents.push_back(row_of(i, calendar));
    rows.incident_details.push_back(detail_row_of(i, calendar));
  }
};
BOTH_DATABASES(ObjectivesReader);

TEST_P(ObjectivesReader, AddsUpTheWindowAlone) {
  auto db = open_migrated();
  sql::batch rows;
  auto const inside = now - 24h * 10, before = now - 24h * 40;
  for (auto const at : {inside, before})
    for (auto const* grain : {"day", "hour"})
      rows.history.push_back(day_or_hour(grain, at + 3h, 95, at == inside ? 5 : 50));
  keep(rows, "01", inside, 10min);
  keep(rows, "02", before, 10h);
  must(db.commit(std::move(rows)));
  auto const report = must(read_objectives(db, {.institutions = {"itau", "bb"}}, now));
  ASSERT_EQ(report.lines.size(), 2u);
  auto const& itau = report.lines[0];
  EXPECT_EQ(itau.success.failed, 5);
  EXPECT_EQ(itau.success_met, false);
  EXPECT_EQ(itau.availability_met, false);
  EXPECT_EQ(itau.failures[static_cast<std::size_t>(outcome::institution_down)], 5u);
  EXPECT_EQ(itau.p95_met, true);
  EXPECT_EQ(itau.recovery.incidents, 1u);
  EXPECT_EQ(itau.recovery.mean, 10min);
  EXPECT_FALSE(report.lines[1].missed()) << "a bank without traffic";
}

}  // namespace
}  // namespace vendaval::monitor
