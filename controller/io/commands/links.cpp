#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/io/file.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"
#include "controller/read_links.hpp"

namespace vendaval::controller {
namespace {

link_table load_links(std::string const& file, institutions const& banks) {
  auto const text = read_file(file);
  if (!text)
    throw usage_error(fmt::format("cannot read the links in {}: {}. It is CSV with a first line link_id,institution",
                                  file, text.error()));
  auto links = read_links(*text, file, banks);
  if (!links) throw usage_error(explain(links.error(), *text));
  return std::move(*links);
}

void print_links(std::string const& file, link_table const& links, institutions const& banks) {
  fmt::print("{}: {} links\n", file, links.size());
  for (auto const& bank : banks.all()) {
    auto const count = std::ranges::count(links, bank.id, [](auto const& link) { return link.second; });
    fmt::print("  {:<12} {:>7}\n", bank.id, count);
  }
}

}  // namespace

void add_links_of_file(settings& s) {
  if (s.links_file.empty()) return;
  // What stands in the configuration itself was written by hand, so it goes before what was exported.
  s.links.merge(load_links(s.links_file, s.banks));
}

void add_links(CLI::App& app, int&) {
  struct options {
    std::string file, config;
  };
  auto const o = std::make_shared<options>();
  auto* command = app.add_subcommand("links", "the app's links, exported for [links] file");
  command->require_subcommand(1);
  auto* check =
      command->add_subcommand("check", "explain what is wrong with an export, or count the links of each bank");
  check->add_option("file", o->file, "CSV: link_id,institution")->required();
  check->add_option("--config", o->config, "check it against this configuration's banks");
  check->callback([o] {
    auto const banks = o->config.empty() ? mission_institutions() : load_settings(o->config).banks;
    print_links(o->file, load_links(o->file, banks), banks);
  });
}

}  // namespace vendaval::controller
