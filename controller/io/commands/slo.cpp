// vendaval slo: how every bank did against what the mission wants of it each month.
#include <fmt/format.h>

#include <algorithm>
#include <array>
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
  std::string window = "30d", institution, metric;
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

std::string recovery(monitor::objective_line const& l) {
  return shown(l.recovery.mean, l.recovery_met) +
         (l.recovery.incidents ? fmt::format(" ({})", l.recovery.incidents) : "");
}

std::string failures(monitor::objective_line const& l) {
  std::string text;
  for (std::size_t i = 0; i != monitor::outcome_count; ++i)
    if (l.failures[i] != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", outcome_names[i], l.failures[i]);
  return text;
}

using monitor::objective;
using monitor::objective_line;

struct column {
  objective of;
  std::string_view head;
  std::size_t width;
  std::string (*cell)(objective_line const&);
};
constexpr std::array<column, 8> columns{{
    {objective::success, "success", 16, [](objective_line const& l) { return shown(l.success, l.success_met); }},
    {objective::latency, "mean", 10, [](objective_line const& l) { return shown(l.latencies.mean()); }},
    {objective::latency, "p50", 10, [](objective_line const& l) { return shown(l.latencies.quantile(0.5)); }},
    {objective::latency, "p95", 16,
     [](objective_line const& l) { return shown(l.latencies.quantile(0.95), l.p95_met); }},
    {objective::latency, "p99", 10, [](objective_line const& l) { return shown(l.latencies.quantile(0.99)); }},
    {objective::availability, "availability", 16,
     [](objective_line const& l) { return shown(l.availability, l.availability_met); }},
    {objective::recovery, "recovery", 20, recovery},
    {objective::success, "failures", 0, failures},
}};

template <class Cell>
void print_row(std::string_view name, std::optional<objective> only, Cell&& cell) {
  auto text = fmt::format("{:<12}", name);
  for (auto const& c : columns)
    if (!only || *only == c.of) text += fmt::format("  {:<{}}", cell(c), c.width);
  fmt::print("{}\n", text.substr(0, text.find_last_not_of(' ') + 1));
}

void print_operations(objective_line const& l) {
  for (auto const& [name, latencies] : l.by_operation) {
    objective_line one;
    one.latencies = latencies;
    print_row("  " + name, objective::latency, [&](column const& c) { return c.cell(one); });
  }
}

void print(monitor::objective_report const& r, std::optional<objective> only) {
  auto const& w = r.wanted;
  fmt::print(
      "{} to {}, without game days: success ≥ {}, p95 < {}, attributable availability ≥ {}, critical incidents "
      "over in < {} on average\n",
      iso8601(r.from), iso8601(r.until), show(w.success), show(w.p95), show(w.availability), show(w.recovery));
  print_row("bank", only, [](column const& c) { return c.head; });
  for (auto const& l : r.lines) {
    print_row(l.institution, only, [&](column const& c) { return c.cell(l); });
    if (only == objective::latency) print_operations(l);
  }
}

int slo(slo_options const& o) {
  auto at = open_database(o.database);
  monitor::objectives_query asked;
  asked.window = or_usage("--window", read_window(o.window));
  asked.institutions = banks_asked(o.institution, at.config.banks);
  std::optional<objective> only;
  if (!o.metric.empty()) only = or_usage("--metric", read_objective(o.metric));
  auto const report = monitor::read_objectives(at.store, asked, wall_now());
  if (!report) throw std::runtime_error(report.error());
  if (o.json)
    fmt::print("{}\n", boost::json::serialize(monitor::to_json(*report, only)));
  else
    print(*report, only);
  bool const missed = std::ranges::any_of(report->lines, [&](auto const& l) { return l.missed(only); });
  return o.exit_code && missed ? failed : passed;
}

}  // namespace

void add_slo(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<slo_options>();
  auto* command = app.add_subcommand("slo", "how every bank did against the month's objectives");
  add_database_options(command, o->database);
  command->add_option("--window", o->window, "7d, 30d, 90d; also 36h")->capture_default_str();
  command->add_option("--institution", o->institution, "this bank alone");
  command->add_option("--metric", o->metric, "this alone: success, latency, availability or recovery");
  command->add_flag("--json", o->json, "as JSON, with latencies by operation");
  command->add_flag("--exit-code", o->exit_code, "exit with 1 when a bank missed one, or the one of --metric");
  command->callback([o, &exit_code] { exit_code = slo(*o); });
}

}  // namespace vendaval::controller
