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

/// What is usual is learned as a share of failures or as p95, and a breach of it is proven over a whole window.
void check_usual(rule const& r, table_reader& table) {
  if (r.what == metric::success_rate || r.what == metric::outage)
    table.fail("threshold", "threshold = \"usual\" is for error_rate and latency_p95",
               "write metric = \"error_rate\"; the usual share of failures is what is learned");
  if (r.mode != rule_mode::window)
    table.fail("mode", "a rule with threshold = \"usual\" judges whole windows", "write mode = \"window\"");
  if (table.has("clear_threshold")) {
    table.skip("clear_threshold");
    table.fail("clear_threshold", "threshold = \"usual\" comes with a limit to clear at, which is learned as well",
               "leave clear_threshold out");
  }
}

/// It must not clear where it fires.
void check_clearing(rule const& r, table_reader& table) {
  bool const wrong = r.what == metric::success_rate  ? r.clear_share && *r.clear_share < r.share
                     : r.what == metric::error_rate  ? r.clear_share && *r.clear_share > r.share
                     : r.what == metric::latency_p95 ? r.clear_slow && *r.clear_slow > r.slow
                                                     : false;
  if (wrong)
    table.fail("clear_threshold", "clear_threshold is on the bad side of threshold: the rule would clear as it fires",
               r.what == metric::success_rate ? "choose one that is higher than threshold, or leave it out"
                                              : "choose one that is lower than threshold, or leave it out");
}

rule read_rule(table_reader& table) {
  rule r;
  table.require("name");
  table.require("metric");
  r.usual = table.says("threshold", "usual");
  rule::fields(r, table);
  if (r.usual)
    check_usual(r, table);
  else
    check_clearing(r, table);
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

rule rule::clearing() const {
  auto eased = *this;
  eased.share = clear_share.value_or(share);
  eased.slow = clear_slow.value_or(slow);
  return eased;
}

std::string rule::condition() const {
  auto const within = " por " + show(lasts);
  if (usual) return (what == metric::latency_p95 ? "p95 acima do usual" : "erros acima do usual") + within;
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
  if (r.keep_firing_for > duration(0)) r.keep_firing_for = divided(r.keep_firing_for, factor);
  return r;
}

}  // namespace vendaval::monitor
