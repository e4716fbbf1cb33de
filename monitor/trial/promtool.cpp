#include "monitor/trial/promtool.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace vendaval::monitor {
namespace {

constexpr auto sampled = 5s;  // of the exported series

/// The outcomes that weigh so, as a label to match. What a dialect judges otherwise by itself Prometheus cannot see.
std::string weighing(std::initializer_list<weight> wanted) {
  std::vector<std::string_view> names;
  for (auto const w : wanted)
    for (std::size_t i = 0; i != outcome_count; ++i)
      if (usual_weight(static_cast<outcome>(i)) == w) names.push_back(outcome_names[i]);
  return fmt::format(R"(outcome=~"{}")", fmt::join(names, "|"));
}

std::string good() { return weighing({weight::good}); }
std::string bad() { return weighing({weight::bad}); }
std::string judged() { return weighing({weight::good, weight::bad}); }

std::string seconds_of(duration d) {
  return fmt::format("{}s", std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(d).count()));
}

/// The growth of a counter over a window, by bank.
std::string growth(rule const& r, std::string_view outcomes, duration over) {
  std::string where(outcomes);
  if (!r.operations.empty()) {
    std::vector<std::string_view> names;
    for (auto const o : r.operations) names.push_back(name_of(o));
    where += fmt::format(R"(,operation=~"{}")", fmt::join(names, "|"));
  }
  return fmt::format("sum by (institution) (increase(vendaval_upstream_requests_total{{{}}}[{}]))", where,
                     seconds_of(over));
}

/// A bank without a single bad call has no series of bad calls: that is none, not unknown.
std::string bad_calls(rule const& r, duration over) {
  return fmt::format("({} or 0 * {})", growth(r, bad(), over), growth(r, judged(), over));
}
std::string good_calls(rule const& r, duration over) {
  return fmt::format("({} or 0 * {})", growth(r, good(), over), growth(r, judged(), over));
}

std::string p95(rule const& r, duration over) {
  std::string where;
  if (!r.operations.empty()) {
    std::vector<std::string_view> names;
    for (auto const o : r.operations) names.push_back(name_of(o));
    where = fmt::format(R"({{operation=~"{}"}})", fmt::join(names, "|"));
  }
  return fmt::format(
      "histogram_quantile(0.95, sum by (institution, le) "
      "(increase(vendaval_upstream_request_duration_seconds_bucket{}[{}])))",
      where, seconds_of(over));
}

struct sides {
  std::string breached, fine;
};

sides figure(rule const& r, duration over) {
  auto const limit = std::chrono::duration<double>(r.slow).count();
  switch (r.what) {
    case metric::success_rate: {
      auto const share = fmt::format("100 * {} / {}", good_calls(r, over), growth(r, judged(), over));
      return {fmt::format("{} < {}", share, r.share.value), fmt::format("{} >= {}", share, r.share.value)};
    }
    case metric::error_rate: {
      auto const share = fmt::format("100 * {} / {}", bad_calls(r, over), growth(r, judged(), over));
      return {fmt::format("{} > {}", share, r.share.value), fmt::format("{} <= {}", share, r.share.value)};
    }
    case metric::latency_p95:
      return {fmt::format("{} > {}", p95(r, over), limit), fmt::format("{} <= {}", p95(r, over), limit)};
    case metric::outage: break;
  }
  return {fmt::format("{} == 0", good_calls(r, over)), fmt::format("{} > 0", good_calls(r, over))};
}

/// With a character doubled, or another one before it.
std::string escaped(std::string_view text, std::string_view these, char with = 0) {
  std::string out;
  for (char const c : text) {
    if (these.contains(c)) out += with ? with : c;
    out += c;
  }
  return out;
}

/// A scalar of YAML, whatever stands in it.
std::string yaml(std::string_view text) {
  bool const plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '-' || c == '/';
  });
  return plain ? std::string(text) : "'" + escaped(text, "'") + "'";
}
/// The value of a label in PromQL.
std::string label(std::string_view text) { return "\"" + escaped(text, "\"\\", '\\') + "\""; }

std::string expression(rule const& r) {
  bool const sustained = r.mode == rule_mode::sustained && r.what != metric::outage;
  auto const over = sustained ? r.lasts / 10 : r.lasts;
  auto const least = sustained ? std::max(1u, r.min_samples / 10) : r.min_samples;
  auto const samples = r.what == metric::outage ? growth(r, bad(), over) : growth(r, judged(), over);
  auto const clear = fmt::format("(({}) and {} >= {})", figure(r.clearing(), r.clear_for).fine,
                                 growth(r, judged(), r.clear_for), r.clear_samples);
  // What fires goes on until good calls prove that it is over, so that silence clears nothing (`masked`).
  return fmt::format(
      "((({}) and {} >= {}) or 0 * max by (institution) (ALERTS{{alertname={},alertstate=\"firing\"}})) unless {}",
      figure(r, over).breached, samples, least, label(r.name), clear);
}

std::string values(std::vector<double> const& all) {
  std::string text;
  for (auto const v : all) text += fmt::format("{}{}", text.empty() ? "" : " ", v);
  return text;
}

std::string series(std::string const& name, std::vector<double> const& all) {
  return fmt::format("      - series: {}\n        values: '{}'\n", yaml(name), values(all));
}

/// The counters as a scrape every five seconds would have seen them.
std::string input(trial const& t) {
  std::map<std::string, std::vector<double>> counters;
  auto const steps = static_cast<std::size_t>(t.length() / sampled) + 1;
  auto const count = [&](std::string const& name, std::size_t from) {
    auto& all = counters[name];
    all.resize(steps);
    for (auto i = from; i < steps; ++i) ++all[i];
  };
  for (auto const& c : calls_of(t)) {
    auto const step = static_cast<std::size_t>((c.ended + sampled - duration(1)) / sampled);
    auto const who = fmt::format(R"(institution={},operation="{}")", label(t.institution), name_of(c.what));
    count(
        fmt::format(R"(vendaval_upstream_requests_total{{{},outcome="{}",injected="false"}})", who, name_of(c.result)),
        step);
    auto const took = std::chrono::duration<double>(c.ended - c.began).count();
    for (auto const bound : latency_bounds)
      count(fmt::format(R"(vendaval_upstream_request_duration_seconds_bucket{{{},le="{}"}})", who, bound),
            took <= bound ? step : steps);
    count(fmt::format(R"(vendaval_upstream_request_duration_seconds_bucket{{{},le="+Inf"}})", who), step);
  }
  std::string text;
  for (auto const& [name, all] : counters) text += series(name, all);
  return text;
}

}  // namespace

std::string prometheus_rules(std::vector<rule> const& rules) {
  std::string text = "groups:\n  - name: vendaval\n    interval: 5s\n    rules:\n";
  for (auto const& r : rules) {
    if (r.usual) {
      text += fmt::format("      # {} follows each bank's own history: Prometheus has no such limit\n", r.name);
      continue;
    }
    text += fmt::format("      - alert: {}\n        expr: |-\n          {}\n", yaml(r.name), expression(r));
    if (r.mode == rule_mode::sustained && r.what != metric::outage)
      text += fmt::format("        for: {}\n", seconds_of(r.lasts));
    if (r.keep_firing_for > duration(0))
      text += fmt::format("        keep_firing_for: {}\n", seconds_of(r.keep_firing_for));
    text += fmt::format("        labels:\n          severity: {}\n", name_of(r.grade));
  }
  return text;
}

std::string promtool_test(trial const& t, std::string const& rules_file) {
  auto text = fmt::format(
      "rule_files:\n  - {}\nevaluation_interval: 5s\ntests:\n  - name: {}\n    interval: 5s\n    input_series:\n",
      yaml(rules_file), yaml(t.name));
  text += input(t);
  text += "    alert_rule_test:\n";
  for (auto const& e : t.expected) {
    if (!e.firing) continue;
    for (auto const& r : t.rules) {
      if (r.usual) continue;
      text += fmt::format("      - eval_time: {}\n        alertname: {}\n", seconds_of(e.at), yaml(r.name));
      if (std::ranges::find(*e.firing, r.name) == e.firing->end()) continue;
      text += fmt::format(
          "        exp_alerts:\n          - exp_labels:\n              severity: {}\n              institution: {}\n",
          name_of(r.grade), yaml(t.institution));
    }
  }
  return text;
}

}  // namespace vendaval::monitor
