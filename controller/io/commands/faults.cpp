#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "base/io/file.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/read_delays.hpp"
#include "proxy/faults/reference.hpp"

namespace vendaval::controller {
namespace {

boost::json::array as_json(std::vector<faults::kind_reference> const& all) {
  boost::json::array result;
  for (auto const& kind : all) {
    boost::json::array keys;
    for (auto const& key : kind.keys)
      keys.push_back({{"name", key.name},
                      {"type", key.type},
                      {"default", key.initial},
                      {"accepted", key.bounds},
                      {"meaning", key.meaning}});
    result.push_back({{"name", kind.name}, {"about", kind.about}, {"acts", kind.acts}, {"keys", std::move(keys)}});
  }
  return result;
}

void print_table(std::vector<faults::kind_reference> const& all) {
  for (auto const& kind : all) {
    std::string keys;
    for (auto const& key : kind.keys) keys += (keys.empty() ? "" : ", ") + key.name;
    fmt::print("{:<11} {}\n{:<11} keys: {}\n", kind.name, kind.about, "", keys.empty() ? "none of its own" : keys);
  }
}

std::vector<duration> load_delays(std::string const& file) {
  auto const text = read_file(file);
  if (!text) throw usage_error(fmt::format("cannot read the delays in {}: {}", file, text.error()));
  auto delays = read_delays(*text, file);
  if (!delays) throw usage_error(explain(delays.error(), *text));
  return std::move(*delays);
}

}  // namespace

void add_faults(CLI::App& app) {
  struct options {
    bool markdown = false, json = false;
    std::string file;
    std::size_t points = 100;
  };
  auto const o = std::make_shared<options>();
  auto* group = app.add_subcommand("faults", "what can be broken");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "every kind of fault and its keys");
  list->add_flag("--markdown", o->markdown, "the reference page, docs/faults.md");
  list->add_flag("--json", o->json, "for scripts");
  list->callback([o] {
    if (o->markdown)
      fmt::print("{}", faults::reference_page());
    else if (o->json)
      fmt::print("{}\n", boost::json::serialize(as_json(faults::reference())));
    else
      print_table(faults::reference());
  });
  auto* histogram = group->add_subcommand("histogram", "a latency fault with the delays of a file, for a scenario");
  histogram->add_option("file", o->file, "measured delays, one to a line: 120ms, 0.3s, or 120")->required();
  histogram->add_option("--points", o->points, "of more delays than that, so many quantiles")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  histogram->callback([o] { fmt::print("{}", histogram_lines(histogram_of(load_delays(o->file), o->points))); });
}

}  // namespace vendaval::controller
