#pragma once
/// A test of alert rules: traffic in, expected alerts out, in virtual time.
///   [trial]
///   name = "THR-3: errors above 10 % for 3 minutes"
///   rules = ["errors_high"]     # none = all; [[rule]] in this file replaces or adds, as in vendaval.toml
///   mode = "window"             # none = as each rule says
///   [[traffic]]
///   for = "5m"
///   per_minute = 60
///   failing = "30%"             # spread evenly
///   [[expect]]
///   at = "5m"
///   firing = ["errors_high"]    # exactly these
///   state = { errors_high = "masked" }
/// monitor/trial/promtool.hpp writes the same as a test for Prometheus' promtool.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/toml/reader.hpp"
#include "monitor/alerts/rule_state.hpp"

namespace vendaval::monitor {

/// Traffic that stays the same for a while. Calls begin evenly, and end `latency` later.
struct stretch_of_calls {
  duration lasts = 1min;
  std::uint32_t per_minute = 60;  // 0: silence
  percent failing{0};             // spread evenly
  outcome trouble = outcome::institution_down;
  duration latency = 100ms;
  operation what = operation::retrieve;
};

struct expectation {
  duration at{0};                                         // since the beginning; whole seconds
  std::optional<std::vector<std::string>> firing;         // exactly these rules
  std::map<std::string, alert_state, std::less<>> state;  // rule → its state
};

struct trial {
  std::string file, name, institution = "itau";
  std::vector<rule> rules;  // those on trial
  std::vector<stretch_of_calls> traffic;
  std::vector<expectation> expected;
  duration length() const;
};

/// Mistakes go to `wrong`; then the trial means nothing.
trial read_trial(std::string text, std::string file, problems& wrong);

/// When each call began and ended, in order of its end.
struct trial_call {
  duration began{0}, ended{0};
  outcome result = outcome::ok;
  operation what = operation::retrieve;
};
std::vector<trial_call> calls_of(trial const& t);

/// What a rule did, second by second.
struct trial_result {
  std::vector<std::string> failures;  // "at 5m: errors_high should fire and is pending"; empty: passed
  std::map<std::string, std::vector<std::pair<duration, alert_state>>> changes;  // rule → (when, state)
};
trial_result run_trial(trial const& t);

}  // namespace vendaval::monitor
