#include <fmt/format.h>

#include <memory>

#include "base/io/file.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/named_files.hpp"
#include "controller/io/run_client.hpp"
#include "controller/read_scenario.hpp"
#include "proxy/dialects/table.hpp"

namespace vendaval::controller {
namespace {

/// A configuration has no [scenario]; everything else is read as one.
bool is_configuration(std::string const& text) {
  return text.find("[scenario]") == std::string::npos && text.find("[environment]") != std::string::npos;
}

scenario_context context_of(settings const& s) {
  scenario_context context;
  context.banks = s.banks;
  context.error_codes =
      dialects::make_dialect(s.upstream.dialect, {.banks = s.banks, .links = {}, .places = {}})->error_codes();
  context.allowed_hosts = s.upstream.allowed_names();
  context.upstream = s.upstream.host();
  context.can_sign = !s.proxy.fault_ca.empty();
  return context;
}

/// What is wrong with the files it names as well; true when nothing is.
bool check_configuration(std::string const& text, std::string const& file) {
  auto read = check_settings(text, file);
  auto wrong = read ? explain(unusable_files(*read, file), text) : explain(read.error(), text);
  try {
    if (read) add_links_of_file(*read);
  } catch (usage_error const& links) {
    wrong += links.what();
  }
  if (wrong.empty())
    fmt::print("{}: a configuration; {} institutions, {} rules, upstream {}\n", file, read->banks.all().size(),
               read->rules.size(), read->upstream.url);
  else
    fmt::print(stderr, "{}{}", wrong, wrong.ends_with('\n') ? "" : "\n");
  return wrong.empty();
}

/// Prints what is wrong, all of it; true when nothing is.
bool check_file(std::string const& file, std::optional<settings> const& config) {
  auto const text = read_file(file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", file, text.error()));
  if (is_configuration(*text)) return check_configuration(*text, file);
  auto context = scenario_context{};
  context.error_codes = dialects::make_dialect("belvo", {})->error_codes();
  if (config) context = context_of(*config);
  auto const read = check_scenario(*text, file, context);
  if (!read)
    fmt::print(stderr, "{}", explain(read.error(), *text));
  else
    fmt::print("{}: {} — {}; {} phases, {} in all, breaks {}\n", file, read->name, read->title, read->phases.size(),
               vendaval::for_people(read->length()), read->target);
  return read.has_value();
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  struct options {
    std::vector<std::string> files;
    std::string config;
  };
  auto const o = std::make_shared<options>();
  auto* command = app.add_subcommand("check", "explain what is wrong with scenarios and configurations");
  command->add_option("files", o->files, "TOML files")->required();
  command->add_option("--config", o->config, "check scenarios against this configuration's banks and allow-list");
  command->callback([o, &exit_code] {
    std::optional<settings> config;
    if (!o->config.empty()) config = load_settings(o->config);
    for (auto const& file : o->files)
      if (!check_file(file, config)) exit_code = usage;
  });
}

}  // namespace vendaval::controller
