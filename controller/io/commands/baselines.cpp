// vendaval rules explain|backtest: the limits that follow a bank, why they are what they are, and what they would have
// done.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <ranges>

#include "base/io/file.hpp"
#include "controller/history_query.hpp"
#include "controller/io/commands/baselines.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/commands/database.hpp"
#include "controller/io/run_client.hpp"
#include "monitor/alerts/explanation.hpp"
#include "monitor/baseline/backtest.hpp"
#include "monitor/io/sample_reader.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

struct baseline_options {
  database_options database;
  std::string institution, at, file, operations;
  bool json = false;
};

std::vector<monitor::sample> from_file(std::string const& file) {
  auto const text = read_file(file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", file, text.error()));
  std::vector<std::string> wrong;
  auto all = monitor::read_samples(*text, file, wrong);
  std::string said;
  for (auto const& w : wrong) said += (said.empty() ? "" : "\n") + w;
  if (!wrong.empty()) throw usage_error(said);
  return all;
}

/// What is known of a bank until then, and how its limits are learned.
struct known {
  std::vector<monitor::sample> history;
  monitor::baseline_settings how;
  std::string name;
};

monitor::operation_set operations_of(std::string const& words) {
  std::vector<operation> some;
  for (auto const word : std::views::split(words, ',')) {
    std::string_view const name(word);
    auto const found = std::ranges::find(operation_names, name);
    if (found == operation_names.end())
      throw usage_error(fmt::format("--operations: there is no operation \"{}\"; there are {}", name,
                                    fmt::join(operation_names, ", ")));
    some.push_back(static_cast<operation>(found - operation_names.begin()));
  }
  return monitor::operation_set(some);
}

known what_is_known(baseline_options const& o, wall_time until) {
  if (!o.file.empty()) return {from_file(o.file), {}, o.institution};
  auto at = open_database(o.database);
  auto const bank = or_usage("--institution", read_bank(o.institution, at.config.banks));
  auto all = monitor::read_samples(at.store, bank, operations_of(o.operations), until - std::chrono::days(90), until);
  if (!all) throw std::runtime_error(all.error());
  return {std::move(*all), monitor::settings_for(bank, at.config.usual, at.config.rules, until),
          std::string(at.config.banks.name_of(bank))};
}

wall_time moment(std::string const& text) {
  if (text.empty()) return wall_now();
  return or_usage("--at", read_moment(text));
}

json::value ms(std::optional<duration> d) {
  return d ? json::value(std::chrono::duration<double, std::milli>(*d).count()) : json::value(nullptr);
}

int explain(baseline_options const& o) {
  auto const at = moment(o.at);
  auto const hour = std::chrono::floor<std::chrono::hours>(at);
  auto const [history, how, name] = what_is_known(o, at + std::chrono::hours(1));
  auto const b = monitor::learn(history, hour, how);
  auto const here = std::ranges::find(history, wall_time(hour), &monitor::sample::at);
  auto const now = here == history.end() ? std::nullopt : std::optional(*here);
  auto const sentence = monitor::explain(name, b, now);
  if (!o.json) {
    fmt::print("{}\n", sentence);
    return passed;
  }
  auto object = monitor::to_json(b);
  object["sentence"] = sentence;
  if (now) {
    auto const j = monitor::judge(b, *now, how);
    object["observed"] = json::object{{"p95_ms", ms(now->p95)}, {"calls", now->calls}, {"bad", now->bad},
                                      {"p_value", j.chance},    {"slow", j.slow},      {"failing", j.failing}};
  }
  fmt::print("{}\n", json::serialize(object));
  return passed;
}

void print(std::string_view name, monitor::backtest_side const& side, std::size_t found, std::size_t incidents) {
  fmt::print("{:<8} {} alerts ({:.1f} a week), {} of them in an incident; {} of {} incidents seen\n", name, side.alerts,
             side.per_week, side.inside, found, incidents);
}

int backtest(baseline_options const& o) {
  if (o.file.empty() == o.institution.empty())
    throw usage_error("what should be played again? A file of history, or --institution of the database");
  auto const [history, how, name] = what_is_known(o, moment(""));
  if (history.empty()) throw usage_error(fmt::format("{}: no hour of it is in the database yet", name));
  auto const r = monitor::backtest(history, how);
  fmt::print("{} to {}\n", iso8601(r.from), iso8601(r.until));
  print("dynamic", r.dynamic, r.found, r.incidents);
  print("static", r.fixed, r.found_static, r.incidents);
  if (r.earlier)
    fmt::print("the dynamic limits saw incidents {} {} on average\n",
               for_people(*r.earlier < duration(0) ? -*r.earlier : *r.earlier),
               *r.earlier < duration(0) ? "later" : "earlier");
  fmt::print("{}", monitor::fidelity(r));
  return passed;
}

}  // namespace

void add_baselines(CLI::App& rules, int& exit_code) {
  auto const o = std::make_shared<baseline_options>();
  auto* explaining = rules.add_subcommand("explain", "what is usual for a bank at this hour, and the limits from it");
  explaining->add_option("--institution", o->institution, "its id")->required();
  explaining->add_option("--at", o->at, "2026-01-06T12:00-03:00; default: now");
  explaining->add_option("--history", o->file, "a file of history instead (at,calls,bad,p95_ms,excluded)");
  explaining->add_flag("--json", o->json, "all that the limits come from");
  explaining->callback([o, &exit_code] { exit_code = explain(*o); });

  auto* trying = rules.add_subcommand("backtest", "what such limits would have done, beside the static ones");
  trying->add_option("file", o->file, "history (at,calls,bad,p95_ms,excluded)");
  trying->add_option("--institution", o->institution, "of the database's history instead");
  trying->callback([o, &exit_code] { exit_code = backtest(*o); });

  for (auto* command : {explaining, trying}) {
    add_database_options(command, o->database);
    command->add_option("--operations", o->operations, "of these alone, with commas: link,retrieve");
  }
}

}  // namespace vendaval::controller
