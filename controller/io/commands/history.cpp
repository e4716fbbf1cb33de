// vendaval sla, series, maintenance: what the database remembers, with or without a running `vendaval up`.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <memory>

#include "controller/history_query.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/commands/database.hpp"
#include "controller/io/run_client.hpp"
#include "monitor/history/views.hpp"
#include "monitor/io/history_reader.hpp"
#include "sql/uuid.hpp"

namespace vendaval::controller {
namespace {

struct history_options {
  database_options database;
  std::string window, institution, by = "time", target = "99.9";
  std::string from, until, announced, reason, source = "command line";
  bool json = false, exit_code = false;
};

std::string shown(monitor::drilled const& d) {
  auto const text = [](monitor::call_share const& s) {
    auto const share = s.value();
    return share ? fmt::format("{:.3f} %", share->value) : std::string("no calls");
  };
  auto const without = text(d.without_drills), with = text(d.with_drills);
  return without == with ? without : fmt::format("{} ({})", without, with);
}

std::string_view burn_word(monitor::sla_side const& side) {
  return side.fast.burning() ? "BURNING FAST" : side.slow.burning() ? "burning" : "";
}

void print_line(monitor::sla_line const& l) {
  auto const& side = l.attributable;
  auto const& b = side.budget;
  auto const left = side.met ? fmt::format("{:.0f} % of {}", b.left * 100, for_people(b.allowed)) : std::string("-");
  auto const failures = fmt::format("{} of {}", b.failures, b.allowed_failures);
  fmt::print("{:<12}  {:<22}  {:<22}  {:<20}  {:<14}  {}{}\n", l.institution, shown(l.end_to_end.shares),
             shown(side.shares), left, failures, side.met == false ? "MISSED " : "", burn_word(side));
}

void print(monitor::sla_report const& r) {
  fmt::print("{} to {}, target {} attributable to the bank; in brackets: with drills\n", iso8601(r.from),
             iso8601(r.until), show(r.target));
  fmt::print("{:<12}  {:<22}  {:<22}  {:<20}  {:<14}\n", "bank", "end to end", "attributable", "budget left",
             "failures");
  for (auto const& l : r.lines) print_line(l);
  for (auto const& line : monitor::told(r.maintenance)) fmt::print("{}\n", line);
}

int sla(history_options const& o) {
  auto at = open_database(o.database);
  monitor::sla_query const asked{or_usage("--window", read_window(o.window)),
                                 or_usage("--target", read_target(o.target)),
                                 banks_asked(o.institution, at.config.banks)};
  auto const report = monitor::read_sla(at.store, asked, wall_now());
  if (!report) throw std::runtime_error(report.error());
  if (o.json)
    fmt::print("{}\n", boost::json::serialize(monitor::to_json(*report)));
  else
    print(*report);
  bool const missed = std::ranges::any_of(report->lines, [](auto const& l) { return l.attributable.met == false; });
  return o.exit_code && missed ? failed : passed;
}

void print_clients(monitor::series const& s) {
  fmt::print("{}, by client\n{:<18}  {:>10}  {:>10}  {:>8}  {:<24}  {}\n", s.institution, "client", "calls", "bad",
             "bad %", "first", "last");
  for (auto const& c : monitor::by_client(s))
    fmt::print("{:<18}  {:>10}  {:>10}  {:>8.3f}  {:<24}  {}\n", c.client, c.all.calls, c.all.bad,
               100.0 * static_cast<double>(c.all.bad) / static_cast<double>(c.all.calls),
               iso8601(c.points.front().began), iso8601(c.points.back().began));
}

void print_points(monitor::series const& s) {
  fmt::print("{}, by {}\n{:<24}  {:>8}  {:<22}  {:<22}  {}\n", s.institution, s.grain, "from", "calls", "end to end",
             "attributable", "p95");
  for (auto const& p : s.points) {
    auto const p95 = p.all.latencies.quantile(0.95);
    fmt::print("{:<24}  {:>8}  {:<22}  {:<22}  {}\n", iso8601(p.began), p.all.counts.good + p.all.counts.bad,
               shown(p.shares.end_to_end), shown(p.shares.attributable), p95 ? for_people(*p95) : "-");
  }
}

int series(history_options const& o) {
  auto at = open_database(o.database);
  monitor::series_query const asked{or_usage("--window", read_window(o.window)),
                                    or_usage("--institution", read_bank(o.institution, at.config.banks))};
  bool const clients = or_usage("--by", read_series_by(o.by)) == series_by::client;
  auto const series = monitor::read_series(at.store, asked, wall_now());
  if (!series) throw std::runtime_error(series.error());
  if (o.json)
    fmt::print("{}\n",
               boost::json::serialize(clients ? monitor::by_client_to_json(*series) : monitor::to_json(*series)));
  else
    clients ? print_clients(*series) : print_points(*series);
  return passed;
}

int add_window(history_options const& o) {
  auto at = open_database(o.database);
  auto const now = wall_now();
  sql::maintenance_row row;
  row.id = sql::new_uuid();
  row.institution_id = or_usage("--institution", read_bank(o.institution, at.config.banks));
  row.from = or_usage("--from", read_when(o.from, now));
  row.until = or_usage("--until", read_when(o.until, now));
  row.announced_at = o.announced.empty() ? now : or_usage("--announced", read_when(o.announced, now));
  row.reason = o.reason;
  row.source = o.source;
  if (row.until <= row.from) throw usage_error("--until must be later than --from");
  if (auto const kept = at.store.commit({.maintenance = {row}}); !kept) throw std::runtime_error(kept.error());
  auto const ruling = monitor::rule_on({row})[0];
  fmt::print("{}: {} to {} {}\n", row.institution_id, iso8601(row.from), iso8601(row.until),
             ruling.excluded ? "will not be held against the bank, unless it had another this month"
                             : fmt::format("is noted, and counts all the same: {}", ruling.why));
  return passed;
}

}  // namespace

void add_history(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<history_options>();
  auto* sla_command = app.add_subcommand("sla", "how often each bank was there, and what of its error budget is left");
  add_database_options(sla_command, o->database);
  auto const window = [](CLI::App* command, history_options& to, std::string preset) {
    to.window = preset;
    command->add_option("--window", to.window, "7d, 30d, 90d; also 36h")->capture_default_str();
  };
  window(sla_command, *o, "30d");
  sla_command->add_option("--institution", o->institution, "this bank alone");
  sla_command->add_option("--target", o->target, "percent of calls, attributable to the bank")->capture_default_str();
  sla_command->add_flag("--json", o->json, "as JSON");
  sla_command->add_flag("--exit-code", o->exit_code, "exit with 1 when a bank is below the target");
  sla_command->callback([o, &exit_code] { exit_code = sla(*o); });

  auto const s = std::make_shared<history_options>();
  auto* series_command = app.add_subcommand("series", "one bank's history, by minute, hour or day");
  add_database_options(series_command, s->database);
  window(series_command, *s, "90d");
  series_command->add_option("--institution", s->institution, "the bank")->required();
  series_command->add_option("--by", s->by, "time, or client: who called")->capture_default_str();
  series_command->add_flag("--json", s->json, "as JSON");
  series_command->callback([s, &exit_code] { exit_code = series(*s); });

  auto const m = std::make_shared<history_options>();
  auto* maintenance = app.add_subcommand("maintenance", "when a bank said it would be away");
  maintenance->require_subcommand(1);
  auto* add = maintenance->add_subcommand("add", "note a window; `vendaval sla` lists it and excludes what is planned");
  add_database_options(add, m->database);
  add->add_option("--institution", m->institution, "the bank")->required();
  add->add_option("--from", m->from, "2026-01-19T04:00:00Z")->required();
  add->add_option("--until", m->until, "2026-01-19T06:00:00Z")->required();
  add->add_option("--announced", m->announced, "when the bank announced it; now when not given");
  add->add_option("--reason", m->reason, "what for");
  add->add_option("--source", m->source, "who says so")->capture_default_str();
  add->callback([m, &exit_code] { exit_code = add_window(*m); });
}

}  // namespace vendaval::controller
