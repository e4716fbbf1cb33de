#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "base/io/tls_memory.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"
#include "controller/version.hpp"

namespace vendaval::controller {
namespace {

constexpr auto footer = R"(
Exit codes: 0 passed · 1 failed · 2 usage or configuration · 3 could not run · 4 aborted
Anything goes wrong: `vendaval stop` takes every fault away at once.)";

int run(int argc, char** argv) {
  CLI::App app("Vendaval breaks bank APIs on purpose, one bank at a time, and measures what happens next.", "vendaval");
  app.set_version_flag("--version", fmt::format("vendaval {}", version));
  app.require_subcommand(1);
  app.footer(footer);
  int exit_code = 0;
  add_demo(app, exit_code);
  add_up(app, exit_code);
  add_check(app, exit_code);
  add_run(app, exit_code);
  add_replay(app, exit_code);
  add_channels(app, exit_code);
  add_control(app, exit_code);
  add_faults(app);
  add_incidents(app, exit_code);
  add_silences(app, exit_code);
  add_rules(app, exit_code);
  add_links(app, exit_code);
  add_history(app, exit_code);
  add_slo(app, exit_code);
  add_export(app, exit_code);
  add_toxiproxy(app, exit_code);
  add_sandbox(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? 0 : usage;
  }
  return exit_code;
}

}  // namespace
}  // namespace vendaval::controller

int main(int argc, char** argv) {
  vendaval::separate_tls_buffers();
  try {
    return vendaval::controller::run(argc, argv);
  } catch (vendaval::controller::usage_error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return vendaval::controller::usage;
  } catch (std::exception const& error) {
    fmt::print(stderr, "vendaval: {}\n", error.what());
    return vendaval::controller::could_not_run;
  }
}
