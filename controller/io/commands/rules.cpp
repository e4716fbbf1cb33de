// vendaval rules test|export: alert rules tried in virtual time, and the same for Prometheus' promtool.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "base/io/file.hpp"
#include "controller/io/commands/baselines.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"
#include "monitor/trial/promtool.hpp"

namespace vendaval::controller {
namespace {

monitor::trial load_trial(std::string const& file) {
  auto const text = read_file(file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", file, text.error()));
  problems wrong;
  auto t = monitor::read_trial(*text, file, wrong);
  if (!wrong.empty()) throw usage_error(explain(wrong, *text));
  return t;
}

int test(std::vector<std::string> const& files, bool verbose) {
  int result = passed;
  for (auto const& file : files) {
    auto const t = load_trial(file);
    auto const ran = monitor::run_trial(t);
    fmt::print("{}  {}: {}\n", ran.failures.empty() ? "ok    " : "FAILED", file, t.name);
    for (auto const& failure : ran.failures) fmt::print("        {}\n", failure);
    if (verbose)
      for (auto const& [name, changes] : ran.changes)
        for (auto const& [at, state] : changes)
          fmt::print("        {:>8} {} → {}\n", for_people(at), name, monitor::name_of(state));
    if (!ran.failures.empty()) result = failed;
  }
  return result;
}

void write(std::filesystem::path const& file, std::string const& text) {
  std::ofstream out(file, std::ios::binary);
  if (!(out << text) || !out.flush()) throw usage_error(fmt::format("cannot write {}", file.string()));
  fmt::print("{}\n", file.string());
}

/// Each trial as NAME.rules.yml and NAME.test.yml in a folder; without a folder, the rules go to standard output.
int export_all(std::vector<std::string> const& files, std::string const& folder, std::string const& config) {
  if (files.empty())
    fmt::print("{}",
               monitor::prometheus_rules(config.empty() ? monitor::default_rules() : load_settings(config).rules));
  for (auto const& file : files) {
    auto const t = load_trial(file);
    if (folder.empty()) {
      fmt::print("{}", monitor::prometheus_rules(t.rules));
      continue;
    }
    std::error_code wrong;
    std::filesystem::create_directories(folder, wrong);
    if (wrong) throw usage_error(fmt::format("--dir {}: cannot make this folder: {}", folder, wrong.message()));
    auto const stem = std::filesystem::path(file).stem().string();
    write(std::filesystem::path(folder) / (stem + ".rules.yml"), monitor::prometheus_rules(t.rules));
    write(std::filesystem::path(folder) / (stem + ".test.yml"), monitor::promtool_test(t, stem + ".rules.yml"));
  }
  return passed;
}

}  // namespace

void add_rules(CLI::App& app, int& exit_code) {
  struct options {
    std::vector<std::string> files;
    std::string folder, config;
    bool verbose = false;
  };
  auto const o = std::make_shared<options>();
  auto* rules = app.add_subcommand("rules", "try alert rules, and write them for Prometheus");
  rules->require_subcommand(1);

  auto* testing = rules->add_subcommand("test", "traffic in, expected alerts out, in virtual time");
  testing->add_option("files", o->files, "trials (TOML)")->required();
  testing->add_flag("--verbose", o->verbose, "show every change of state");
  testing->callback([o, &exit_code] { exit_code = test(o->files, o->verbose); });

  add_baselines(*rules, exit_code);

  auto* exporting = rules->add_subcommand("export", "rules and tests for promtool; without files the shipped rules");
  auto* trials = exporting->add_option("files", o->files, "trials (TOML), each with its own rules");
  exporting->add_option("--dir", o->folder, "where NAME.rules.yml and NAME.test.yml go");
  exporting->add_option("--config", o->config, "the rules of this configuration, its overrides among them")
      ->excludes(trials);
  exporting->callback([o, &exit_code] { exit_code = export_all(o->files, o->folder, o->config); });
}

}  // namespace vendaval::controller
