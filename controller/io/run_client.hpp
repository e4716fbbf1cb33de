#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "controller/io/api_client.hpp"
#include "controller/io/progress.hpp"

namespace vendaval::controller {

/// What is asked of a running `vendaval up`.
struct run_request {
  std::string scenario;  // its text
  std::string file;      // its name, for messages
  std::optional<std::string> institution;
  std::optional<std::uint64_t> seed;
  bool dry_run = false;  // only say what it would have touched
};

/// Exit codes that scripts can rely on.
enum exit_codes : int { passed = 0, failed = 1, usage = 2, could_not_run = 3, aborted = 4 };

/// Starts the run, shows it until it has ended, prints the summary to standard output (the verdict as JSON with
/// `json`), and returns the exit code. Ctrl-C, which the caller counts with `interrupts`, aborts the run, which takes
/// every fault away.
int follow_run(api_client& api, run_request const& request, progress& shown, bool json);

/// Asks what the run would have touched in the last minutes of traffic, and prints it. Nothing is armed.
int ask_dry_run(api_client& api, run_request request);

}  // namespace vendaval::controller
