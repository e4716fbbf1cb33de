#pragma once
#include <gmock/gmock.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "sql/store.hpp"
#include "tests/sql/support/postgres_server.hpp"
#include "tests/sql/support/raw_database.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::test {

/// Each test of it runs twice, on a new SQLite file and on a new PostgreSQL database.
class Database : public testing::TestWithParam<sql::engine> {
 protected:
  bool on_sqlite() const { return GetParam() == sql::engine::sqlite; }

  sql::store open() {
    auto opened = sql::store::open(url);
    if (!opened) throw std::runtime_error(opened.error());
    return std::move(*opened);
  }
  sql::store open_migrated() {
    auto opened = open();
    if (auto const done = opened.migrate(); !done) throw std::runtime_error(done.error());
    return opened;
  }
  std::unique_ptr<raw_database> raw() const { return raw_database::open(url); }

 private:
  temporary_folder folder_;

 protected:
  std::string const url = on_sqlite() ? "sqlite:" + (folder_ / "game.db") : postgres_server::instance().new_database();
};

inline std::string engine_name(testing::TestParamInfo<sql::engine> const& info) {
  return info.param == sql::engine::sqlite ? "SQLite" : "PostgreSQL";
}

/// 2026-01-19T17:31:05.120Z and so many milliseconds.
inline wall_time at(std::int64_t ms = 0) { return wall_time(1'768'843'865'120'000us + std::chrono::milliseconds(ms)); }

/// The n-th id of a test.
inline std::string id(int n) {
  auto const digits = std::to_string(n);
  return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

inline sql::incident_row an_incident(int n, std::string status = "open") {
  sql::incident_row row;
  row.id = id(n);
  row.institution_id = "itau";
  row.incident_type = "connection_failure";
  row.severity = "high";
  row.status = std::move(status);
  row.description = "Itaú fora do ar";
  row.started_at = at(n);
  row.created_by = "auto:bank-down";
  return row;
}

inline sql::outbox_row a_notification(std::string dedup_key, std::optional<std::string> incident = std::nullopt) {
  sql::outbox_row row;
  row.incident_id = std::move(incident);
  row.channel = "slack";
  row.kind = "opened";
  row.payload = R"({"text":"Itaú fora do ar"})";
  row.dedup_key = std::move(dedup_key);
  row.created_at = at();
  row.next_attempt_at = at();
  return row;
}

inline sql::run_row a_run(int n, std::string state = "running") {
  sql::run_row row;
  row.id = id(n);
  row.scenario = "s1-banco-fora";
  row.institution = "itau";
  row.started_at = at(n);
  row.owner = "pid 4711, boot 3f2a";
  if (state != "running") row.ended_at = at(n + 1000);
  row.state = std::move(state);
  return row;
}

inline sql::metric_row a_metric(int n, double value = 99.5) {
  sql::metric_row row;
  row.id = id(n);
  row.institution_id = "itau";
  row.metric_type = "success_rate";
  row.value = value;
  row.timestamp = at(n);
  row.metadata = R"({"n": 120})";
  return row;
}

inline sql::chaos_result_row a_result(int n, std::string status = "passed") {
  sql::chaos_result_row row;
  row.id = id(n);
  row.test_name = "s1-banco-fora@1";
  row.institution_id = "itau";
  row.test_type = "unavailability";
  row.status = std::move(status);
  row.duration_ms = 60'000;
  row.executed_at = at(n);
  return row;
}

inline sql::audit_row an_act(std::string action, int n = 0) {
  sql::audit_row row;
  row.at = at(n);
  row.actor = "ana@laptop";
  row.action = std::move(action);
  row.reason = "game day de terça";
  row.scope = "itau, retrieve, 70%";
  row.lease = "30s";
  row.result = "done";
  return row;
}

template <class Value>
Value must(sql::result<Value> answer) {
  if (!answer) throw std::runtime_error(answer.error());
  return std::move(*answer);
}
inline void must(sql::result<> const& answer) {
  if (!answer) throw std::runtime_error(answer.error());
}

}  // namespace vendaval::test

#define BOTH_DATABASES(Suite)                                                                                        \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(vendaval::sql::engine::sqlite, vendaval::sql::engine::postgres), \
                           vendaval::test::engine_name)
