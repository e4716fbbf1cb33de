#pragma once
/// The command line, one file per group of commands. Each adds its subcommands; when one was given its callback sets
/// `exit_code`. Standard output is data, standard error is progress and errors.
#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string>

#include "controller/io/api_client.hpp"
#include "controller/settings.hpp"

namespace vendaval::controller {

/// A mistake in what a person typed or wrote: printed as it is, exit code 2.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws usage_error with every mistake in the file, or in the file of links that it names.
settings load_settings(std::string const& file);
/// Adds what `[links] file` says; throws like load_settings.
void add_links_of_file(settings& s);
/// Call it before the command line is read: what is typed goes over what the environment says.
void add_api_options(CLI::App* command, api_address& api);
/// A variable that is set and not empty, else `otherwise`.
std::string from_environment(char const* name, std::string otherwise = {});
/// Says to a person why `vendaval up` did not do it; the exit code of that: usage, when it was asked for what is not.
int failure(api_failure const& why);

void add_up(CLI::App& app, int& exit_code);
void add_demo(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code);  // run, report
void add_replay(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_channels(CLI::App& app, int& exit_code);  // channels list, test, dead
void add_control(CLI::App& app, int& exit_code);   // stop, release, status
void add_faults(CLI::App& app);                    // faults list
void add_export(CLI::App& app, int& exit_code);    // export metrics|incidents|chaos|ddl
void add_history(CLI::App& app, int& exit_code);   // sla, series, maintenance
void add_incidents(CLI::App& app, int& exit_code);
void add_links(CLI::App& app, int& exit_code);  // links check
void add_rules(CLI::App& app, int& exit_code);
void add_silences(CLI::App& app, int& exit_code);
void add_slo(CLI::App& app, int& exit_code);
void add_toxiproxy(CLI::App& app, int& exit_code);
void add_sandbox(CLI::App& app, int& exit_code);  // sandbox bank|app|receiver|certificates

}  // namespace vendaval::controller
