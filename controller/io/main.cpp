#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "base/did_you_mean.hpp"
#include "base/io/tls_memory.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"
#include "controller/version.hpp"

namespace vendaval::controller {
namespace {

constexpr auto footer = R"(
Exit codes: 0 passed · 1 failed · 2 usage or configuration · 3 could not run · 4 aborted
Anything goes wrong: `vendaval stop` takes every fault away at once.)";

/// In place of "A subcommand is required": which word was not one, and what there is. Empty: it was something else.
std::string no_such_command(CLI::App const& app) {
  auto const* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  std::vector<std::string> names;
  for (auto const* one : at->get_subcommands([](CLI::App const*) { return true; })) names.push_back(one->get_name());
  auto const left = at->remaining(true);
  if (names.empty() || left.empty() || left.front().starts_with('-')) return {};
  auto const& typed = left.front();
  auto const longer = std::ranges::find_if(names, [&](auto const& name) { return name.starts_with(typed); });
  auto const near = longer != names.end() ? std::optional(*longer) : did_you_mean(typed, names);
  return fmt::format("{}: there is no \"{}\"; {}accepted: {}", at->get_display_name(), typed,
                     near ? fmt::format("did you mean \"{}\"? ", *near) : "", fmt::join(names, ", "));
}

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
    if (auto const why = no_such_command(app); error.get_exit_code() != 0 && !why.empty()) throw usage_error(why);
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
