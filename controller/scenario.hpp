#pragma once
/// The scenario language as values: what is broken, when, and what must hold. scenarios/s1-banco-fora.toml teaches how
/// it is written; read_scenario.hpp reads it.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "controller/quantity.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/read_fault.hpp"

namespace vendaval::controller {

/// The kinds of test that chaos_test_results.test_type knows.
enum class test_type : std::uint8_t { unavailability, latency, network, overload, token_renewal, maintenance };
inline constexpr std::string_view test_type_names[]{"unavailability", "latency",       "network",
                                                    "overload",       "token_renewal", "maintenance"};

/// What becomes of the faults' own delays when a run is compressed. `real` keeps them: they are meant against limits
/// that are not compressed either, such as an app's timeout. `scaled` divides them: they are meant against a bank and
/// an app that are quicker by as much.
enum class fault_delays : std::uint8_t { real, scaled };
inline constexpr std::string_view fault_delay_names[]{"real", "scaled"};

/// A stretch of the run. Its faults are armed when it begins and lifted when it ends.
struct phase {
  std::string name;
  duration from{};  // since the start of the run
  duration length{};
  std::string target;  // an institution's id
  std::vector<faults::fault_template> faults;
  duration to() const { return from + length; }
};

/// Before the first fault, from then until the last one is lifted, and after that.
enum class moment : std::uint8_t { before, during, after };
inline constexpr std::string_view moment_names[]{"before", "during", "after"};

enum class metric : std::uint8_t { success_rate, latency_p95, unknown_share };
inline constexpr std::string_view metric_names[]{"success_rate", "latency_p95", "unknown_share"};

enum class whose : std::uint8_t { others, target, all };
inline constexpr std::string_view whose_names[]{"others", "target", "all"};

/// Which traffic is looked at, and what about it.
struct gauge {
  metric what = metric::success_rate;
  whose of = whose::others;
  std::vector<operation> operations;  // empty = every operation
  std::uint64_t min_samples = 10;     // with fewer, nothing is said
};

/// At most one of each; both may be given.
struct bounds {
  std::optional<quantity> at_least, at_most;
  bool empty() const { return !at_least && !at_most; }
  bool operator==(bounds const&) const = default;
  bool hold(quantity q) const {
    return (!at_least || q.value >= at_least->value) && (!at_most || q.value <= at_most->value);
  }
};

/// What must be true of the traffic. Unmet before the first fault, the run is an error and nothing is broken.
struct hypothesis {
  std::string name;
  gauge looks_at;
  bounds limits;
  std::vector<moment> when;
};

enum class measure : std::uint8_t {
  detection,
  incident_opened,
  recovery,
  breaker_closed,
  alert_cleared,
  incident_resolved,  // times
  breaker_wait,       // a time of the app's
  breaker_opened_after,
  notifications_opened,
  notifications_updated,
  notifications_resolved,  // counts
  writes_lost,
  writes_repeated,  // counts
  webhooks_held,
  webhooks_resumed,
  webhooks_others_held,
  webhooks_others_passed,  // counts
  amplification,           // calls to the target while it was broken, against the calls before
  breaker_verdict          // a word
};
struct measure_kind {
  std::string_view name;
  unit in;
  std::string_view means;
};
inline constexpr measure_kind measure_kinds[]{
    {"detection", unit::milliseconds, "from the first bad answer until a receiver accepted the notification"},
    {"incident_opened", unit::milliseconds, "from the first bad answer until the incident was written"},
    {"recovery", unit::milliseconds,
     "from the last fault lifted until answers, breaker and rate of calls were well again"},
    {"breaker_closed", unit::milliseconds, "from the last fault lifted until the app called as before"},
    {"alert_cleared", unit::milliseconds, "from the last fault lifted until the last rule cleared"},
    {"incident_resolved", unit::milliseconds, "from the last fault lifted until the incident was resolved"},
    {"breaker_wait", unit::milliseconds,
     "the shortest wait before a call that the open breaker let through and that failed"},
    {"breaker_opened_after", unit::count,
     "failing calls in a row until the app stopped calling, with those on their way"},
    {"notifications_opened", unit::count, "notifications that an incident opened"},
    {"notifications_updated", unit::count, "notifications that an incident changed"},
    {"notifications_resolved", unit::count, "notifications that an incident was resolved"},
    {"writes_lost", unit::count, "writes the bank accepted and whose answer the app never had in whole"},
    {"writes_repeated", unit::count, "such writes that the app sent again without an Idempotency-Key"},
    {"webhooks_held", unit::count, "webhooks of the target that faults kept from the app, for a while or for ever"},
    {"webhooks_resumed", unit::count, "webhooks of the target that came through as they should after the last fault"},
    {"webhooks_others_held", unit::count, "webhooks of the other banks that faults kept from the app"},
    {"webhooks_others_passed", unit::count, "webhooks of the other banks that came through during the faults"},
    {"amplification", unit::thousandths, "calls to the target while broken, against the calls before"},
    {"breaker_verdict", unit::count, "what the observer of the app's breaker concluded"},
};
inline measure_kind const& kind_of(measure m) { return measure_kinds[static_cast<std::size_t>(m)]; }

/// What must come out of the run as a whole.
struct assertion {
  std::string name;
  measure what = measure::detection;
  bounds limits;
  std::vector<std::string> one_of = {};  // for words
  std::string since = {};                // a phase: times from its first bad answer instead of the run's
};
/// Whether a measure begins with the first bad answer, so that `since` can say which.
inline bool from_first_bad(measure m) { return m == measure::detection || m == measure::incident_opened; }

/// When to give up and lift everything at once: the gauge is beyond its limit over the whole trailing window.
struct stop_condition {
  std::string name;
  gauge looks_at;
  std::optional<quantity> below, above;
  duration window{60s};
};

struct scenario {
  std::string name, title;
  std::int64_t version = 1;
  test_type type = test_type::unavailability;
  std::string target;                   // an institution's id
  std::optional<std::string> upstream;  // a host, when the scenario is meant for one only
  fault_delays delays = fault_delays::real;
  duration settle{5min};      // how long to wait, after the last phase, for incident and breaker to settle
  std::vector<phase> phases;  // in order of `from`
  std::vector<hypothesis> hypotheses;
  std::vector<assertion> assertions;
  std::vector<stop_condition> stops;

  duration length() const;
  duration first_fault() const;  // when the first fault is armed; length() when none is
  duration last_fault() const;   // when the last one is lifted
  /// Every institution that a fault may touch.
  std::vector<std::string> targets() const;
};

/// Lists all of `words` for messages and readers.
template <std::size_t N>
constexpr std::span<std::string_view const> words(std::string_view const (&names)[N]) {
  return {names, N};
}

}  // namespace vendaval::controller
