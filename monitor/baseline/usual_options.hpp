#pragma once
/// What a configuration says about limits that follow a bank:
///   [usual]
///   holidays = ["2026-07-09"]        # besides the national ones: people use banks on them as on a Sunday
///   [[usual.relax]]                  # this bank may be slower than the written rules say, until then
///   institution = "caixa"
///   latency_p95 = "8s"
///   until = "2026-01-31"             # the first day on which it holds no more
///   by = "ana"
///   reason = "migração do banco"
#include <map>
#include <string>
#include <vector>

#include "base/institution.hpp"
#include "base/toml/reader.hpp"
#include "monitor/alerts/rule.hpp"
#include "monitor/baseline/baseline.hpp"

namespace vendaval::monitor {

struct usual_options {
  std::vector<std::chrono::year_month_day> holidays;  // besides the national ones
  std::map<std::string, relaxation, std::less<>> relaxed;
};

/// [usual]. Mistakes go to the reader's problems.
usual_options read_usual(table_reader& in, institutions const& banks);

/// What a bank's limits are learned with: they are bounded by the strictest of the written rules, or by the mission's
/// where none is written. `at`: for the holidays of the years that are learned from.
baseline_settings settings_for(std::string_view institution, usual_options const& o, std::vector<rule> const& written,
                               wall_time at);

}  // namespace vendaval::monitor
