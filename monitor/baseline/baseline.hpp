#pragma once
/// What is usual for a bank at this hour of this weekday, and what would be out of the ordinary: limits that follow the
/// bank. They never replace the written rules, which run beside them, and are never looser than those unless a named
/// person said so until a date. Every limit comes with what it is made of.
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"
#include "monitor/traffic/sketch.hpp"

namespace vendaval::monitor {

/// Why a stretch of history is not learned from.
enum class exclusion : std::uint8_t { none, incident, maintenance, drill, probe };
inline constexpr std::array<std::string_view, 5> exclusion_names{"none", "incident", "maintenance", "drill", "probe"};

/// One stretch of one institution's traffic, an hour or some minutes.
struct sample {
  wall_time at{};  // its beginning
  std::uint64_t calls = 0, bad = 0;
  std::optional<duration> p95;  // nothing without calls
  exclusion excluded = exclusion::none;
  sketch latencies{};  // of every call; empty where only the p95 is known
};

/// Somebody's leave to be slower or worse for a while.
struct relaxation {
  std::string by, reason;
  wall_time until{};
  duration latency{0};  // the limit that holds instead of the static one
};

/// So many failures, or slow calls, as happen by accident less often than this are no accident.
inline constexpr double no_accident = 1e-3;
inline constexpr double slower_than_p95 = 0.05;  // of calls, when p95 is just at its limit

/// Over how long a rule looks at once, and how many calls it wants to see in that.
struct rule_window {
  duration lasts = 5min;
  std::uint64_t least = 20;
};

struct baseline_settings {
  duration static_latency = 5s;  // of the written rules
  percent static_errors{10};
  rule_window slow{}, failing{};  // of the rules that follow the bank
  rule_window static_slow{10min}, static_failing{3min};
  std::uint64_t clear_samples = 5;
  duration stretch = 1h;         // that a sample stands for
  double fire = 4, clear = 2.5;  // times 1.4826 MAD
  double least_spread = 0.10;    // MAD of ln(p95): ten percent
  double error_margin = 0.02;    // two points above what is usual
  double chance = no_accident;
  std::uint64_t shrink = 200;                // calls at which a pool weighs as much as the one it is part of
  unsigned least_days = 3;                   // fewer clean days: learning
  unsigned weekly_after = 28;                // fewer: by hour of day, without the weekday
  std::size_t same_hours = 6;                // so many of the last same hours, each with its neighbours
  std::set<std::chrono::sys_days> holidays;  // count as Sundays
  std::optional<relaxation> relaxed;
};

enum class pool : std::uint8_t { learning, hour_of_week, hour_of_day, day_type, institution };
inline constexpr std::array<std::string_view, 5> pool_names{"learning", "hour_of_week", "hour_of_day", "day_type",
                                                            "institution"};
inline std::string_view name_of(pool p) { return pool_names[static_cast<std::size_t>(p)]; }

/// The limits for one moment, and all that they come from.
struct baseline {
  wall_time at{};
  pool from = pool::learning;  // learning: only the static limits hold
  std::size_t stretches = 0;   // of history that speak
  std::uint64_t calls = 0;     // in them
  unsigned clean_days = 0;
  std::array<std::size_t, exclusion_names.size()> left_out{};  // by reason
  std::optional<duration> median;                              // of p95
  double spread = 0;                                           // MAD of ln(p95), not below the least
  double usual_errors = 0;                                     // share, 0..1, drawn towards the institution's
  duration latency_limit{0}, latency_clear{0};                 // fires above, clears below
  double error_limit = 0;                                      // share the binomial test is held against
  bool bounded = false;     // what was learned was looser than the static limit, so that one holds
  std::string approved_by;  // of a relaxation that holds now

  double fire = 4;  // the settings it was learned with, for those who ask
  duration static_latency{0};
  percent static_errors{0};
  unsigned least_days = 3;
};

baseline learn(std::span<sample const> history, wall_time at, baseline_settings const& s);

struct judgement_of {
  bool slow = false, failing = false;
  bool fine = false;  // enough calls, all of them well: what fires is over
  double chance = 1;  // of so many failures or more
};
/// What the rules that follow the bank make of a stretch, as if its calls had come evenly: a rule sees what its window
/// holds of them. Where only the p95 is known it is not tested for being an accident.
judgement_of judge(baseline const& b, sample const& now, baseline_settings const& s);

/// The same of the written rules.
judgement_of judge_written(sample const& now, baseline_settings const& s);

/// "segunda 14h: p95 usual 420 ms, limite 780 ms; falhas usuais …", pt-BR.
std::string limits_in_words(baseline const& b);
/// The same of a bank, and what was seen of it.
std::string explain(std::string_view bank, baseline const& b, std::optional<sample> const& now);

}  // namespace vendaval::monitor
