#pragma once
/// One rule watching one institution.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "monitor/alerts/explanation.hpp"
#include "monitor/alerts/rule.hpp"
#include "monitor/traffic/traffic.hpp"

namespace vendaval::monitor {

/// `masked`: it was bad, and now too few call to tell. Still bad: a client's circuit breaker must not clear an alert.
enum class alert_state : std::uint8_t { ok, pending, firing, insufficient_data, no_data, masked };
inline constexpr std::array<std::string_view, 6> alert_state_names{"ok",      "pending", "firing", "insufficient_data",
                                                                   "no_data", "masked"};
inline std::string_view name_of(alert_state s) { return alert_state_names[static_cast<std::size_t>(s)]; }

enum class finding : std::uint8_t { no_data, insufficient, fine, breached };

/// What a rule's figure was over one window.
struct reading {
  finding is = finding::no_data;
  double observed = 0;                           // percent, or seconds for latency_p95
  std::uint64_t samples = 0, good = 0, bad = 0;  // latency_p95: bad are those over its limit
};
/// The figure over [from, to). Calls still under way count as slow once they are older than the threshold; younger
/// ones say nothing yet and are left out.
reading measure(rule const& r, traffic const& t, std::string_view institution, time_point from, time_point to,
                std::uint64_t least_samples);

struct alert {
  std::string rule, institution;
  severity grade = severity::low;
  alert_state state = alert_state::no_data;
  bool firing = false;  // has fired and not cleared: true in `firing`, and in `masked` after it
  time_point since{};   // of this state
  std::optional<time_point> pending_since, fired_at, cleared_at;
  std::optional<time_point> first_bad;     // where this spell of trouble began
  reading last;                            // over the rule's window
  std::shared_ptr<explanation const> why;  // it fired; null before it has
};

struct alert_change {
  enum class kind : std::uint8_t { state, pending, fired, cleared };
  kind what = kind::state;  // the milestone, if this change is one
  alert_state from = alert_state::no_data;
  alert now;
  time_point at{};
};

/// What became of an alert over a restart.
enum class continuity : std::uint8_t { none, pending_goes_on, pending_dropped, firing_goes_on };

class rule_state {
 public:
  rule_state(rule r, std::string institution);
  /// Goes on with what an earlier process knew when it stopped looking `gap` ago. What fires fires until good answers
  /// prove that it is over; what was pending goes on only over a gap shorter than `for` and than five minutes.
  continuity restore(alert const& before, duration gap, time_point now);
  /// From now on a rule with threshold = "usual" holds the bank against this. Until then such a rule knows nothing.
  void follow(std::shared_ptr<baseline const> usual);
  /// Looks at the traffic up to `now`; the change of state, if any.
  std::optional<alert_change> step(traffic const& t, time_point now);
  alert const& view() const { return alert_; }
  /// With the limits that hold now.
  rule const& watched() const { return rule_; }

 private:
  struct next_state {
    alert_state state;
    bool fire = false, clear = false;
  };
  next_state look(traffic const& t, time_point now);
  next_state quiet_window(traffic const& t, time_point now);
  next_state quiet_sustained(traffic const& t, time_point now);
  next_state quiet_outage(traffic const& t, time_point now);
  next_state while_firing(traffic const& t, time_point now);
  reading clearing(traffic const& t, time_point now);
  std::optional<time_point> begin_of_spell(traffic const& t, time_point now) const;

  rule rule_, clearing_;  // as it is judged while quiet, and while it fires
  std::shared_ptr<baseline const> usual_;
  alert alert_;
  std::optional<time_point> clean_since_;  // proven good from here on: older trouble must not fire again
  std::optional<time_point> restored_at_;  // pending came over a restart, and nothing since then tells otherwise
  std::optional<time_point> fine_since_;   // firing: since when it is proven good
};

}  // namespace vendaval::monitor
