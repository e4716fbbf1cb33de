#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <memory>

#include "base/io/file.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/interrupts.hpp"
#include "controller/io/run_client.hpp"
#include "controller/journal.hpp"
#include "controller/summary.hpp"

namespace vendaval::controller {
namespace {

struct run_options {
  api_address api;
  std::string file, institution;
  std::uint64_t seed = 0;
  bool json = false, dry_run = false;
};

int run_scenario(run_options const& o, bool seeded) {
  auto text = read_file(o.file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", o.file, text.error()));
  run_request request{std::move(*text), o.file, {}, {}};
  if (!o.institution.empty()) request.institution = o.institution;
  if (seeded) request.seed = o.seed;
  api_client api(o.api);
  if (o.dry_run) return ask_dry_run(api, std::move(request));
  interrupts guard;
  progress shown(look_at_terminal(STDERR_FILENO));
  return follow_run(api, request, shown, o.json);
}

/// The verdict again, from the journal alone: equal to what was printed, or the journal is not to be trusted.
int show_report(std::string const& file, bool as_json) {
  auto const text = read_file(file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", file, text.error()));
  boost::system::error_code wrong;
  auto const value = boost::json::parse(*text, wrong);
  if (wrong) throw usage_error(fmt::format("{} is not JSON: {}", file, wrong.message()));
  auto const read = from_json(value);
  if (!read) throw usage_error(fmt::format("{}: {}", file, read.error()));
  auto const again = recompute(*read);
  if (!again) throw usage_error(fmt::format("{}: {}", file, again.error()));
  if (!(*again == read->stored)) {
    fmt::print(stderr,
               "{}: the verdict it holds is not what its facts say: it was changed, or judged by another version\n",
               file);
    return could_not_run;
  }
  if (as_json) {
    fmt::print("{}\n", boost::json::serialize(value.as_object().at("verdict")));
  } else {
    auto const screen = look_at_terminal(STDOUT_FILENO);
    fmt::print("{}", summary(*read, {.colour = screen.colour, .unicode = screen.unicode}));
  }
  return exit_code(read->stored, read->facts.end);
}

}  // namespace

int failure(api_failure const& why) {
  fmt::print(stderr, "{}\n", why.message);
  return why.status == 400 || why.status == 404 ? usage : could_not_run;
}

std::string from_environment(char const* name, std::string otherwise) {
  auto const* value = std::getenv(name);
  return value && *value != '\0' ? std::string(value) : std::move(otherwise);
}

void add_api_options(CLI::App* command, api_address& api) {
  // Not by CLI11's envname(): it also reads for sibling commands that were not chosen, which share what is typed here.
  api.url = from_environment("VENDAVAL_API", api_address().url);
  api.token_file = from_environment("VENDAVAL_TOKEN_FILE");
  command->add_option("--api", api.url, "where `vendaval up` listens; else VENDAVAL_API")->capture_default_str();
  command->add_option("--token-file", api.token_file, "file with its token; else VENDAVAL_TOKEN_FILE");
}

void add_run(CLI::App& app, int& exit_code_out) {
  auto const o = std::make_shared<run_options>();
  auto* run = app.add_subcommand("run", "run a scenario in a running `vendaval up`");
  run->add_option("scenario", o->file, "its TOML file")->required();
  run->add_option("--institution", o->institution, "break this bank in place of the scenario's own");
  auto* seed = run->add_option("--seed", o->seed, "roll the same dice again");
  run->add_flag("--json", o->json, "print the verdict as JSON");
  run->add_flag("--dry-run", o->dry_run,
                "arm nothing; say what it would have touched in the last five minutes of traffic");
  add_api_options(run, o->api);
  run->callback([o, seed, &exit_code_out] { exit_code_out = run_scenario(*o, seed->count() > 0); });

  auto const file = std::make_shared<std::string>();
  auto const as_json = std::make_shared<bool>(false);
  auto* report = app.add_subcommand("report", "judge a journal again and print its summary");
  report->add_option("journal", *file, "a run's journal (JSON)")->required();
  report->add_flag("--json", *as_json, "print the verdict as JSON");
  report->callback([file, as_json, &exit_code_out] { exit_code_out = show_report(*file, *as_json); });
}

}  // namespace vendaval::controller
