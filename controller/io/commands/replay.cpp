#include <fmt/format.h>

#include <memory>

#include "base/io/file.hpp"
#include "controller/decision_log.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

constexpr std::size_t differences_shown = 10;

struct replay_options {
  std::string file, config;
  bool list = false;
};

void list_decisions(decision_log const& log) {
  std::vector<faults::decision const*> all;
  for (auto const& entry : log.decisions) all.push_back(&entry.made);
  fmt::print("{}", in_canonical_order(std::move(all)));
}

int replay_file(replay_options const& o) {
  auto const text = read_file(o.file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", o.file, text.error()));
  auto const banks = o.config.empty() ? mission_institutions() : load_settings(o.config).banks;
  auto const log = read_decisions(*text, banks);
  if (!log)
    throw usage_error(
        fmt::format("{}: {}. A run writes one beside its journal: <run>.decisions.jsonl", o.file, log.error()));
  if (log->torn) fmt::print(stderr, "{}: its last line was never finished, and is left out\n", o.file);
  if (o.list) {
    list_decisions(*log);
    return passed;
  }
  auto const differences = replay(*log);
  for (std::size_t i = 0; i < std::min(differences.size(), differences_shown); ++i)
    fmt::print("line {}\n  then  {}\n  now   {}\n", differences[i].line, differences[i].then, differences[i].now);
  fmt::print("run {} of {}, seed {}: {} decisions about {} faults made again, {}\n", log->head.run, log->head.scenario,
             log->head.seed, log->decisions.size(), log->armed.faults.size(),
             differences.empty() ? std::string("all as they were")
                                 : fmt::format("{} of them came out differently", differences.size()));
  return differences.empty() ? passed : failed;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<replay_options>();
  auto* command = app.add_subcommand("replay", "make every decision of a run again, from its log");
  command->add_option("log", o->file, "a run's decision log (<run>.decisions.jsonl)")->required();
  command->add_option("--config", o->config, "with this configuration's banks");
  command->add_flag("--list", o->list, "print the decisions instead, in an order that does not depend on threads");
  command->callback([o, &exit_code] { exit_code = replay_file(*o); });
}

}  // namespace vendaval::controller
