// vendaval export: the mission's tables, for other programs.
#include "controller/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "controller/io/commands/commands.hpp"
#include "controller/io/commands/database.hpp"
#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

struct export_options {
  database_options database;
  std::string format = "csv", since, until, institution;
};

void print(std::string const& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    throw std::runtime_error("the export could not be written: is the disk full, or the reader gone?");
}

/// Page by page, so that ten million rows need the memory of a thousand.
template <class Row>
void print_all(sql::store& store, sql::export_filter filter, export_format how) {
  for (;;) {
    auto const rows = store.page<Row>(filter);
    if (!rows) throw std::runtime_error(rows.error());
    for (auto const& row : *rows) print(export_row(row, how));
    if (rows->size() < static_cast<std::size_t>(filter.limit)) return;
    filter.after = sql::page_key(rows->back());
  }
}

int run(export_table what, export_options const& o) {
  auto at = open_database(o.database);
  auto const now = wall_now();
  sql::export_filter filter;
  if (!o.institution.empty())
    filter.institution_id = or_usage("--institution", read_bank(o.institution, at.config.banks));
  if (!o.since.empty()) filter.since = or_usage("--since", read_when(o.since, now));
  if (!o.until.empty()) filter.until = or_usage("--until", read_when(o.until, now));
  auto const how =
      static_cast<export_format>(std::ranges::find(export_format_names, o.format) - export_format_names.begin());
  print(export_head(what, how));
  if (what == export_table::metrics) print_all<sql::metric_row>(at.store, filter, how);
  if (what == export_table::incidents) print_all<sql::incident_row>(at.store, filter, how);
  if (what == export_table::chaos) print_all<sql::chaos_result_row>(at.store, filter, how);
  print(export_tail(how));
  if (std::fflush(stdout) != 0) throw std::runtime_error("the export could not be written to its end");
  return passed;
}

void add_table(CLI::App* command, export_table what, char const* about, int& exit_code) {
  auto const o = std::make_shared<export_options>();
  auto* one = command->add_subcommand(std::string(export_table_names[static_cast<std::size_t>(what)]), about);
  add_database_options(one, o->database);
  one->add_option("--format", o->format, "csv, ndjson or sql")
      ->check(CLI::IsMember({"csv", "ndjson", "sql"}))
      ->capture_default_str();
  one->add_option("--since", o->since, "2026-01-19T17:31:05Z, 2026-01-19, or 7d ago; included");
  one->add_option("--until", o->until, "the same; excluded");
  one->add_option("--institution", o->institution, "this bank alone");
  one->callback([o, what, &exit_code] { exit_code = run(what, *o); });
}

}  // namespace

void add_export(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("export", "the database's tables as CSV, JSON lines or SQL, oldest first");
  command->require_subcommand(1);
  add_table(command, export_table::metrics, "banking_connector_metrics", exit_code);
  add_table(command, export_table::incidents, "banking_incidents", exit_code);
  add_table(command, export_table::chaos, "chaos_test_results", exit_code);
  auto* ddl = command->add_subcommand("ddl", "the tables themselves, for PostgreSQL");
  ddl->callback([] { print(std::string(export_ddl())); });
}

}  // namespace vendaval::controller
