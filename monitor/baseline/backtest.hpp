#pragma once
/// What the limits that follow a bank would have done over its history, beside the static ones: alerts a week,
/// incidents found, and how much earlier or later. Each stretch is judged by what was known before it.
#include "monitor/baseline/baseline.hpp"

namespace vendaval::monitor {

struct backtest_side {
  std::size_t alerts = 0;  // spells of breaching stretches
  std::size_t inside = 0;  // of them within an incident
  double per_week = 0;
};
struct backtest_report {
  wall_time from{}, until{};
  std::size_t incidents = 0, found = 0, found_static = 0;  // spells that the history calls an incident
  backtest_side dynamic, fixed;
  std::optional<duration> earlier;  // mean over incidents that both found; negative: later
  baseline_settings how;            // it was judged, for as long as a sample of this history lasts
  bool counts_slow = false;         // the history says how many calls were slow, not only their p95
};
backtest_report backtest(std::span<sample const> history, baseline_settings const& s);

/// In what it does as the rules do, and in what it cannot: a line each, for people.
std::string fidelity(backtest_report const& r);

/// "at,calls,bad,p95_ms,excluded" lines, at in UTC; a line that is wrong is a problem with its place.
std::vector<sample> read_samples(std::string_view csv, std::string const& file, std::vector<std::string>& wrong);

}  // namespace vendaval::monitor
