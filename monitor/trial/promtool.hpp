#pragma once
/// Our rules in Prometheus' words, over the metrics that /metrics shows (docs/alerts.md says what it cannot say).
#include <string>

#include "monitor/trial/trial.hpp"

namespace vendaval::monitor {

/// A file of alerting rules, for `rule_files:` of Prometheus.
std::string prometheus_rules(std::vector<rule> const& rules);
/// A test for `promtool test rules`, next to the rules in a file called `rules_file`. States are left out, and so is
/// what is expected of calls under way: Prometheus sees neither.
std::string promtool_test(trial const& t, std::string const& rules_file);

}  // namespace vendaval::monitor
