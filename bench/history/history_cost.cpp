// What counting, keeping and asking cost, one JSON object a line:
//   history_cost windows EXCHANGES   through the monitor's windows and the minutes of history, 50 banks, one core
//   history_cost memory CALLS        what 50 banks weigh after 16 minutes of so many calls a second
//   history_cost fill URL            a database as full as 50 banks make it: 48 h of minutes, 90 days of hours and days
//   history_cost sla URL             the 90-day SLA of all 50, thirty times
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/dice.hpp"
#include "monitor/history/recorder.hpp"
#include "monitor/history/rollup.hpp"
#include "monitor/io/history_reader.hpp"
#include "monitor/monitor.hpp"
#include "sql/connection.hpp"

namespace vendaval {
namespace {

constexpr std::size_t banks = 50, clients = 40;
constexpr wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 6 / 1) + 15h + 42min};

std::string bank(std::size_t n) { return fmt::format("bank-{:02}", n); }

std::vector<std::string> all_banks() {
  std::vector<std::string> names;
  for (std::size_t n = 0; n != banks; ++n) names.push_back(bank(n));
  return names;
}

double since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// A good deal of good answers, some bad, latencies as banks have them.
std::vector<exchange> calls(std::size_t count) {
  dice d(1);
  std::vector<exchange> all(count);
  for (auto& x : all) {
    x.institution = bank(d.below(banks));
    x.what = static_cast<operation>(d.below(monitor::operation_count));
    bool const bad = d.chance(0.01);
    x.result = bad ? outcome::institution_down : outcome::ok;
    x.counts = bad ? weight::bad : weight::good;
    x.arrived = x.ended = time_point(1h) - duration(static_cast<duration::rep>(2e8 * std::exp(d.normal())));
    x.request = d.bits();
    x.client = dice::mix(d.below(clients));
  }
  return all;
}

monitor::monitor_settings watching() {
  monitor::monitor_settings s;
  std::vector<institution> some;
  for (auto const& name : all_banks()) some.push_back({name, name, {}});
  s.banks = institutions(std::move(some));
  return s;
}

struct everything {
  monitor::monitor watch{watching()};
  monitor::recorder history{"bench"};

  void observe(exchange& x, time_point at) {
    auto const took = time_point(1h) - x.arrived;
    auto const kept = x.arrived;
    x.ended = at;
    x.arrived = at - took;
    watch.observe(x);
    history.observe(x, now + std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch()));
    x.arrived = kept;
  }
};

/// 50,000 calls a second of virtual time; ticks are timed apart, since their number does not depend on the traffic.
void windows(std::size_t count) {
  auto some = calls(100'000);
  everything seen;
  double observing = 0, ticking = 0;
  std::size_t ticks = 0;
  for (std::size_t i = 0; i < count; ticks += 1) {
    auto const at = time_point(1h) + duration(250ms) * ticks;
    auto began = std::chrono::steady_clock::now();
    for (std::size_t end = std::min(count, i + 12'500); i != end; ++i) seen.observe(some[i % some.size()], at);
    observing += since(began);
    began = std::chrono::steady_clock::now();
    seen.watch.tick(at);
    (void)seen.history.take(now + std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch()));
    ticking += since(began);
  }
  fmt::print("{{\"exchanges_per_s\": {:.0f}, \"tick_ms\": {:.3f}}}\n", static_cast<double>(count) / observing,
             ticking * 1000 / static_cast<double>(ticks));
}

std::uint64_t resident() {
  std::ifstream status("/proc/self/statm");
  std::uint64_t total = 0, pages = 0;
  status >> total >> pages;
  return pages * 4096;
}

void memory(std::size_t per_second) {
  auto some = calls(100'000);
  auto const before = resident();
  everything seen;
  std::size_t next = 0;
  for (int second = 0; second != 16 * 60; ++second) {
    auto const at = time_point(1h) + std::chrono::seconds(second);
    for (std::size_t i = 0; i != per_second; ++i) seen.observe(some[next++ % some.size()], at);
    (void)seen.history.take(now + std::chrono::seconds(3600 + second));
  }
  fmt::print("{{\"bytes\": {}, \"banks\": {}}}\n", resident() - before, banks);
}

sql::store opened(std::string_view url) {
  auto store = sql::store::open(url);
  if (!store) throw std::runtime_error(store.error());
  if (auto const made = store->migrate(); !made) throw std::runtime_error(made.error());
  return std::move(*store);
}

/// 396 good calls and four bad ones.
sql::history_row typical(std::string_view grain) {
  monitor::figures of;
  dice d(2);
  for (int i = 0; i != 400; ++i) of.latencies.add(duration(static_cast<duration::rep>(2e8 * std::exp(d.normal()))));
  of.counts = {.good = 396, .bad = 4, .bank_bad = 3};
  of.genuine[0] = 396;
  of.genuine[2] = 4;
  for (int i = 0; i != 400; ++i) of.callers.add(dice::mix(d.below(clients)), i % 100 == 0);
  sql::history_row row;
  row.grain = grain;
  monitor::write(of, row);
  return row;
}

/// One row of every bank and operation for each step of [from, now), made inside the database.
std::int64_t fill_grain(sql::connection& on, std::string_view grain, wall_time from, std::chrono::seconds step) {
  bool const postgres = on.kind() == sql::engine::postgres;
  auto const row = typical(grain);
  auto const seconds = [](wall_time t) {
    return std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
  };
  auto const times = fmt::format("SELECT {} UNION ALL SELECT s + {} FROM times WHERE s + {} < {}", seconds(from),
                                 step.count(), step.count(), seconds(now));
  auto const began = postgres ? "to_timestamp(s)" : "strftime('%Y-%m-%dT%H:%M:%fZ', s, 'unixepoch')";
  std::vector<std::string> names;
  for (std::size_t n = 0; n != banks; ++n) names.push_back(fmt::format("('{}')", bank(n)));
  on.script(
      fmt::format("INSERT INTO traffic_history (institution_id, grain, began_at, operation, writer, good, bad, "
                  "neither, injected_bad,"
                  " platform, injected_platform, bank_bad, outcomes, latencies, clients, rolled)"
                  " WITH RECURSIVE times(s) AS ({}), banks(name) AS (VALUES {}), operations(name) AS (VALUES ('{}'))"
                  " SELECT banks.name, '{}', {}, operations.name, '{}', {}, {}, 0, 0, 0, 0, {}, '{}', '{}', '{}', 1"
                  " FROM banks CROSS JOIN times CROSS JOIN operations",
                  times, fmt::join(names, ", "), fmt::join(operation_names, "'), ('"), grain, began,
                  grain == "minute" ? "bench" : "", row.counts.good, row.counts.bad, row.counts.bank_bad, row.outcomes,
                  row.latencies, row.clients));
  return (seconds(now) - seconds(from) + step.count() - 1) / step.count() * static_cast<std::int64_t>(banks) *
         static_cast<std::int64_t>(operation_names.size());
}

void fill(std::string_view url) {
  (void)opened(url);  // brings its schema up to date
  auto const began = std::chrono::steady_clock::now();
  auto on = sql::connection::open(url);
  if (!on) throw std::runtime_error(on.error());
  sql::connection& db = **on;
  std::int64_t rows = fill_grain(db, "day", monitor::day_of(now - 24h * 90), 24h);
  rows += fill_grain(db, "hour", monitor::hour_of(now - 24h * 91), 1h);
  rows += fill_grain(db, "minute", monitor::minute_of(now - 48h), 1min);
  // What a database that filled up over months has had done to it by itself.
  if (db.kind() == sql::engine::postgres) db.script("VACUUM ANALYZE traffic_history");
  fmt::print("{{\"rows\": {}, \"s\": {:.1f}}}\n", rows, since(began));
}

void sla(std::string_view url) {
  auto store = opened(url);
  std::vector<double> took;
  for (int i = 0; i != 30; ++i) {
    auto const began = std::chrono::steady_clock::now();
    auto const report = monitor::read_sla(store, {24h * 90, percent{99.9}, all_banks()}, now);
    took.push_back(since(began) * 1000);
    if (!report) throw std::runtime_error(report.error());
    if (report->lines.size() != banks || !report->lines[49].attributable.met)
      throw std::runtime_error("the database is not full: history_cost fill URL");
  }
  fmt::print("{{\"ms\": [{:.2f}]}}\n", fmt::join(took, ", "));
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int run(std::string_view what, std::string_view with) {
  if (what == "windows") return windows(number(with)), EXIT_SUCCESS;
  if (what == "memory") return memory(number(with)), EXIT_SUCCESS;
  if (what == "fill") return fill(with), EXIT_SUCCESS;
  if (what == "sla") return sla(with), EXIT_SUCCESS;
  fmt::print(stderr, "usage: history_cost windows EXCHANGES | memory CALLS | fill URL | sla URL\n");
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace vendaval

int main(int argc, char** argv) {
  try {
    return vendaval::run(argc == 3 ? argv[1] : "", argc == 3 ? argv[2] : "");
  } catch (std::exception const& error) {
    fmt::print(stderr, "history_cost: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
