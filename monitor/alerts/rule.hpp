#pragma once
/// An alert rule as people write it:
///   [[rule]]
///   name = "success_low"
///   metric = "success_rate"      # fires below the threshold; error_rate and latency_p95 fire above theirs
///   threshold = "95%"            # latency_p95: a duration; outage: none; "usual": what is usual for the bank
///   for = "5m"
///   mode = "window"
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml/reader.hpp"
#include "monitor/traffic/tally.hpp"

namespace vendaval::monitor {

enum class metric : std::uint8_t { success_rate, error_rate, latency_p95, outage };
inline constexpr std::array<std::string_view, 4> metric_names{"success_rate", "error_rate", "latency_p95", "outage"};

/// `window`: the figure over the trailing `for` breaches the threshold. Fires as soon as it does and the window holds
/// min_samples, so long before `for` has passed when the fault is large: a total outage at 60 calls a minute breaches
/// "success < 95 % for 5 min" after some 20 s.
/// `sustained`: the figure of each trailing tenth of `for` has breached without a break for the whole of `for`.
/// An outage is the same in both: no good answer, and the first bad one is `for` ago.
enum class rule_mode : std::uint8_t { window, sustained };
inline constexpr std::array<std::string_view, 2> rule_mode_names{"window", "sustained"};

enum class severity : std::uint8_t { low, medium, high, critical };
inline constexpr std::array<std::string_view, 4> severity_names{"low", "medium", "high", "critical"};

inline std::string_view name_of(metric m) { return metric_names[static_cast<std::size_t>(m)]; }
inline std::string_view name_of(rule_mode m) { return rule_mode_names[static_cast<std::size_t>(m)]; }
inline std::string_view name_of(severity s) { return severity_names[static_cast<std::size_t>(s)]; }

struct rule {
  std::string name;
  metric what = metric::error_rate;
  percent share{10};      // threshold of success_rate and error_rate
  duration slow = 5s;     // threshold of latency_p95
  duration lasts = 5min;  // `for`
  rule_mode mode = rule_mode::window;
  std::uint32_t min_samples = 20;  // fewer judged calls: insufficient_data
  /// threshold = "usual": `share` and `slow` follow the bank (monitor/baseline), and a breach must be no accident.
  bool usual = false;
  std::optional<percent> clear_share;  // clear_threshold: clears only on the good side of it; none: of the threshold
  std::optional<duration> clear_slow;
  duration clear_for = 2min;        // clears once the figure over this long is good again ...
  std::uint32_t clear_samples = 5;  // ... with at least this many calls to prove it: silence clears nothing
  duration keep_firing_for{0};      // ... and has stayed so for this long
  severity grade = severity::high;
  std::vector<std::string> channels{"slack"};
  std::vector<operation> operations;  // none = all

  operation_set about() const { return operation_set(operations); }
  /// The same rule as it is judged while it fires.
  rule clearing() const;
  /// "sucesso < 95% por 5m": for texts to people.
  std::string condition() const;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("metric", self.what, metric_names);
    if (self.what == metric::latency_p95 && !self.usual) {
      visit("threshold", self.slow, 1ms, 10min);
      visit("clear_threshold", self.clear_slow, 1ms, 10min);
    } else if (self.what != metric::outage && !self.usual) {
      visit("threshold", self.share);
      visit("clear_threshold", self.clear_share);
    }
    visit("for", self.lasts, 1s, 15min);
    visit("mode", self.mode, rule_mode_names);
    visit("min_samples", self.min_samples, 1u, 1'000'000u);
    visit("clear_for", self.clear_for, 1s, 15min);
    visit("clear_samples", self.clear_samples, 1u, 10'000u);
    visit("keep_firing_for", self.keep_firing_for, 0s, 24h);
    visit("severity", self.grade, severity_names);
    visit("channels", self.channels);
    visit("operations", self.operations, operation_names);
  }
};

/// Every [[rule]] of a table. Mistakes go to the reader's problems.
std::vector<rule> read_rules(table_reader& table);
/// The mission's four (THR-1 … THR-4), from monitor/alerts/defaults.toml.
std::vector<rule> default_rules();
std::string_view default_rules_text();
/// Those of `given` take the place of shipped ones of the same name; others are added.
std::vector<rule> with_overrides(std::vector<rule> shipped, std::vector<rule> const& given);

/// The same rule for a run that is played `factor` times faster: every time it waits is divided, nothing else changes.
rule compress(rule r, double factor);

}  // namespace vendaval::monitor
