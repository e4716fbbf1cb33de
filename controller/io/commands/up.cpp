#include <fmt/format.h>

#include <memory>

#include "base/io/file.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/station.hpp"

namespace vendaval::controller {

settings load_settings(std::string const& file) {
  auto text = read_file(file);
  if (!text)
    throw usage_error(
        fmt::format("cannot read {}: {}. A commented one to start from: packaging/vendaval.toml", file, text.error()));
  auto checked = check_settings(*text, file);
  if (!checked) throw usage_error(explain(checked.error(), *text));
  add_links_of_file(*checked);
  return std::move(*checked);
}

void add_up(CLI::App& app, int&) {
  struct options {
    std::string config = "vendaval.toml", level = "info";
  };
  auto const o = std::make_shared<options>();
  auto* command = app.add_subcommand("up", "run proxy, monitor and controller");
  command->add_option("--config", o->config, "its configuration")->capture_default_str();
  command->add_option("--log-level", o->level, "trace, debug, info, warn, error, off")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  command->callback([o] { station(load_settings(o->config), o->config, o->level).run(); });
}

}  // namespace vendaval::controller
