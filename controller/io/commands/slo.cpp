// vendaval slo: how every bank did against what the mission wants of it each month.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "controller/history_query.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/commands/database.hpp"
#include "controller/io/run_client.hpp"
#include "monitor/io/objectives_reader.hpp"

namespace vendaval::controller {
namespace {

struct slo_options {
  database_options database;
  std::string window = "30d", institution;
  bool json = false, exit_code = false;
};

std::string marked(std::string text, std::optional<bool> met) { return met == false ? text + " MISSED" : text; }

std::string shown(monitor::call_share const& s, std::optional<bool> met) {
  auto const value = s.value();
  return value ? marked(fmt::format("{:.3f} %", value->value), met) : "no calls";
}

std::string shown(std::optional<duration> d, std::optional<bool> met = {}) {
  return d ? marked(for_people(*d), met) : "-";
}

std::string failures(monitor::objective_line const& l) {
  std::string text;
  for (std::size_t i = 0; i != monitor::outcome_count; ++i)
    if (l.failures[i] != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", outcome_names[i], l.failures[i]);
  return text;
}

void print(monitor::objective_report const& r) {
  auto const& w = r.wanted;
  fmt::print(
      "{} to {}, without game days: success ≥ {}, p95 < {}, attributable availability ≥ {}, critical incidents "
      "over in < {} on average\n",
      iso8601(r.from), iso8601(r.until), show(w.success), show(w.p95), show(w.availability), show(w.recovery));
  constexpr auto columns = "{:<12}  {:<16}  {:<10}  {:<16}  {:<10}  {:<16}  {:<20}  {}\n";
  fmt::print(columns, "bank", "success", "p50", "p95", "p99", "availability", "recovery", "failures");
  for (auto const& l : r.lines) {
    auto const recovery = shown(l.recovery.mean, l.recovery_met) +
                          (l.recovery.incidents ? fmt::format(" ({})", l.recovery.incidents) : "");
    fmt::print(columns, l.institution, shown(l.success, l.success_met), shown(l.latencies.quantile(0.5)),
               shown(l.latencies.quantile(0.95), l.p95_met), shown(l.latencies.quantile(0.99)),
               shown(l.availability, l.availability_met), recovery, failures(l));
  }
}

int slo(slo_options const& o) {
  auto at = open_database(o.database);
  monitor::objectives_query asked;
  asked.window = or_usage("--window", read_window(o.window));
  asked.institutions = banks_asked(o.institution, at.config.banks);
  auto const report = monitor::read_objectives(at.store, asked, wall_now());
  if (!report) throw std::runtime_error(report.error());
  if (o.json)
    fmt::print("{}\n", boost::json::serialize(monitor::to_json(*report)));
  else
    print(*report);
  bool const missed = std::ranges::any_of(report->lines, &monitor::objective_line::missed);
  return o.exit_code && missed ? failed : passed;
}

}  // namespace

void add_slo(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<slo_options>();
  auto* command = app.add_subcommand("slo", "how every bank did against the month's objectives");
  add_database_options(command, o->database);
  command->add_option("--window", o->window, "7d, 30d, 90d; also 36h")->capture_default_str();
  command->add_option("--institution", o->institution, "this bank alone");
  command->add_flag("--json", o->json, "as JSON, with p95 by operation");
  command->add_flag("--exit-code", o->exit_code, "exit with 1 when a bank missed one");
  command->callback([o, &exit_code] { exit_code = slo(*o); });
}

}  // namespace vendaval::controller
