#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/did_you_mean.hpp"
#include "monitor/trial/trial.hpp"

namespace vendaval::monitor {
namespace {

std::string known_as(std::string const& typed, std::vector<rule> const& rules) {
  std::vector<std::string> names;
  for (auto const& r : rules) names.push_back(r.name);
  auto const like = did_you_mean(typed, names);
  return like ? fmt::format("did you mean \"{}\"?", *like)
              : fmt::format("the rules of this trial are {}", fmt::join(names, ", "));
}

bool has(std::vector<rule> const& rules, std::string_view name) {
  return std::ranges::find(rules, name, &rule::name) != rules.end();
}

/// "5m20s", "90s": like a duration, in several parts.
std::optional<duration> instant(std::string_view text) {
  duration sum{0};
  while (!text.empty()) {
    auto const digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    auto end = text.find_first_of("0123456789", digits);
    if (end == std::string_view::npos) end = text.size();
    auto const part = parse_duration(text.substr(0, end));
    if (!part) return std::nullopt;
    sum += *part;
    text.remove_prefix(end);
  }
  return sum;
}

void read_head(table_reader& in, trial& t, std::vector<rule> const& all) {
  in.require("name");
  in("name", t.name);
  in("institution", t.institution);
  std::vector<std::string> chosen;
  in("rules", chosen);
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (!has(all, chosen[i]))
      in.fail_at("rules", i, fmt::format("there is no rule \"{}\"", chosen[i]), known_as(chosen[i], all));
  t.rules = all;
  if (!chosen.empty())
    std::erase_if(t.rules, [&](rule const& r) { return std::ranges::find(chosen, r.name) == chosen.end(); });
  for (auto const& r : t.rules)
    if (r.usual)
      in.fail("rules", fmt::format("\"{}\" follows a bank's history, and a trial has none", r.name),
              "name the rules to try without it, and try it with vendaval rules backtest");
  std::optional<rule_mode> mode;
  in("mode", mode, rule_mode_names);
  if (mode)
    for (auto& r : t.rules) r.mode = *mode;
}

void read_stretch(table_reader& in, stretch_of_calls& s) {
  in.require("for");
  in("for", s.lasts, 1s, 24h);
  in("per_minute", s.per_minute, 0u, 6000u);
  in("failing", s.failing);
  in("outcome", s.trouble, outcome_names);
  in("latency", s.latency, 1ms, 10min);
  in("operation", s.what, operation_names);
}

void read_expectation(table_reader& in, trial const& t, expectation& e) {
  std::string at;
  in.require("at");
  in("at", at);
  auto const when = instant(at);
  if (in.has("at") && (!when || *when % 1s != duration(0)))
    in.fail("at", fmt::format("\"{}\" is no time since the beginning", at), "write whole seconds: \"5m20s\", \"90s\"");
  e.at = when.value_or(duration(0));
  std::vector<std::string> firing;
  in("firing", firing);
  if (in.has("firing")) e.firing = firing;
  for (std::size_t i = 0; i < firing.size(); ++i)
    if (!has(t.rules, firing[i]))
      in.fail_at("firing", i, fmt::format("there is no rule \"{}\" in this trial", firing[i]),
                 known_as(firing[i], t.rules));
  in.table("state", [&](table_reader& states) {
    states.strings([&](std::string_view name, std::string const& word) {
      auto const found = std::ranges::find(alert_state_names, word);
      if (!has(t.rules, name))
        states.fail(name, fmt::format("there is no rule \"{}\" in this trial", name),
                    known_as(std::string(name), t.rules));
      else if (found == alert_state_names.end())
        states.fail(name, fmt::format("\"{}\" is no state", word),
                    fmt::format("states are {}", fmt::join(alert_state_names, ", ")));
      else
        e.state[std::string(name)] = static_cast<alert_state>(found - alert_state_names.begin());
    });
  });
  if (!in.has("firing") && !in.has("state"))
    in.fail("at", "nothing is expected here", "add firing = [\"…\"] (or [] for none) or state = { … }");
}

}  // namespace

trial read_trial(std::string text, std::string file, problems& wrong) {
  trial t;
  t.file = file;
  auto const document = parse_toml(std::move(file), std::move(text), wrong);
  if (!document) return t;
  table_reader root(document->table, document->file, wrong);
  auto const all = with_overrides(default_rules(), read_rules(root));
  root.require("trial");
  root.table("trial", [&](table_reader& in) { read_head(in, t, all); });
  root.require("traffic");
  root.each("traffic", [&](table_reader& in) { read_stretch(in, t.traffic.emplace_back()); });
  root.require("expect");
  root.each("expect", [&](table_reader& in) {
    auto& e = t.expected.emplace_back();
    read_expectation(in, t, e);
    if (e.at > t.length())
      in.fail("at", fmt::format("the traffic ends after {}", show(t.length())), "expect earlier, or add [[traffic]]");
  });
  root.finish();
  return t;
}

}  // namespace vendaval::monitor
