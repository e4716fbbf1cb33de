#include "monitor/alerts/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace vendaval::monitor {
namespace {

constexpr char shipped_text[] = {
#embed "defaults.toml"
};

rule read_rule(table_reader& table) {
  rule r;
  table.require("name");
  table.require("metric");
  rule::fields(r, table);
  if (r.what != metric::outage) table.require("threshold");
  if (table.has("channels") && r.channels.empty())
    table.fail("channels", "channels is empty, so this rule would tell nobody", "write channels = [\"slack\"]");
  return r;
}

duration divided(duration d, double factor) {
  auto const ns = static_cast<double>(d.count()) / factor;
  return std::max(duration(static_cast<duration::rep>(std::llround(ns))), duration(1ms));
}

}  // namespace

std::string rule::condition() const {
  auto const within = " por " + show(lasts);
  switch (what) {
    case metric::success_rate: return "sucesso < " + show(share) + within;
    case metric::error_rate: return "erros > " + show(share) + within;
    case metric::latency_p95: return "p95 > " + show(slow) + within;
    case metric::outage: return "nenhuma resposta boa" + within;
  }
  return {};
}

std::vector<rule> read_rules(table_reader& table) {
  std::vector<rule> rules;
  table.each("rule", [&](table_reader& one) {
    auto r = read_rule(one);
    if (std::ranges::find(rules, r.name, &rule::name) != rules.end())
      one.fail("name", fmt::format("there are two rules named \"{}\"", r.name), "give one of them another name");
    rules.push_back(std::move(r));
  });
  return rules;
}

std::string_view default_rules_text() { return {shipped_text, sizeof shipped_text}; }

std::vector<rule> default_rules() {
  problems wrong;
  auto const text = std::string(default_rules_text());
  auto const document = parse_toml("monitor/alerts/defaults.toml", text, wrong);
  std::vector<rule> rules;
  if (document) {
    table_reader table(document->table, document->file, wrong);
    rules = read_rules(table);
    table.finish();
  }
  if (!wrong.empty()) throw std::logic_error("the shipped alert rules cannot be read:\n" + explain(wrong, text));
  return rules;
}

std::vector<rule> with_overrides(std::vector<rule> shipped, std::vector<rule> const& given) {
  for (auto const& r : given) {
    auto const same = std::ranges::find(shipped, r.name, &rule::name);
    if (same == shipped.end())
      shipped.push_back(r);
    else
      *same = r;
  }
  return shipped;
}

rule compress(rule r, double factor) {
  r.lasts = divided(r.lasts, factor);
  r.clear_for = divided(r.clear_for, factor);
  return r;
}

}  // namespace vendaval::monitor
