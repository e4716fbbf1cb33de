#pragma once
/// One run of one scenario, as a state machine: it is shown the world and answers what to do. It says what it wants
/// armed by comparing with what is armed, so that a lost or repeated command does no harm.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "controller/observation.hpp"
#include "controller/scenario.hpp"
#include "controller/verdict.hpp"

namespace vendaval::controller {

namespace commands {
/// Arm this; `what.label` is unique within the run. Must do nothing when that label is armed already.
struct arm {
  faults::fault_template what;
  duration lease{};
};
struct renew {
  std::vector<std::uint64_t> ids;
  duration lease{};
};
struct clear {
  std::vector<std::uint64_t> ids;
};
/// Everything of this run, at once; repeated until nothing of it is armed.
struct clear_all {};
/// For the audit log and the progress lines.
struct note {
  std::string text;
};
/// The run is over: facts() and result() are final. Sent once.
struct finish {};
}  // namespace commands
using command = std::variant<commands::arm, commands::renew, commands::clear, commands::clear_all, commands::note,
                             commands::finish>;

enum class stage : std::uint8_t { preparing, running, settling, clearing, done };
inline constexpr std::string_view stage_names[]{"preparing", "running", "settling", "clearing", "done"};

struct game_day_settings {
  duration lease{15s};         // renewed when half of it is gone
  duration ready_within{30s};  // how long to wait for everything to be ready
  duration arm_within{5s};     // how long a fault may take to be armed
  duration delivery{2s};       // what a second may still change after it ended
};

class game_day {
 public:
  /// `played` is compressed already. `now` begins the preparation; the run starts with its first phase.
  game_day(scenario played, run_identity run, game_day_settings settings, time_point now);

  /// Call at least once a second, better four times. Steps may be skipped or repeated.
  std::vector<command> step(observation const& seen, time_point now);
  /// From a person. Idempotent; the first reason is kept.
  std::vector<command> abort(std::string reason, time_point now);

  enum stage stage() const { return stage_; }
  /// Start of the first phase; nothing while preparing.
  std::optional<time_point> started() const { return started_; }
  /// Names of the phases under way.
  std::vector<std::string> phases_now() const;
  scenario const& played() const { return scenario_; }
  record const& facts() const { return record_; }
  /// Hypotheses measured so far, for live progress.
  std::vector<check> checks_now() const;
  std::optional<verdict> const& result() const { return verdict_; }

 private:
  using commands_out = std::vector<command>;
  milliseconds offset(time_point t) const;
  void take(observation const& seen, time_point now);
  void take_traffic(std::vector<observation::second> const& seconds);
  void take_webhooks(observation const& seen, time_point now);
  void begin_or_wait(observation const& seen, time_point now, commands_out& out);
  void run(observation const& seen, time_point now, commands_out& out);
  void settle(observation const& seen, time_point now, commands_out& out);
  void clear_up(observation const& seen, time_point now, commands_out& out);
  bool interfered(observation const& seen, time_point now, commands_out& out);
  bool healthy_before(time_point now, commands_out& out);
  bool turn_phases(time_point now, commands_out& out);
  void reconcile(observation const& seen, time_point now, commands_out& out);
  void end(ending how, std::string why, time_point now, commands_out& out);
  void finish(time_point now, commands_out& out);
  void note(std::string text, time_point now, commands_out& out);
  std::vector<faults::fault_template> wanted() const;

  scenario scenario_;
  game_day_settings settings_;
  record record_;
  enum stage stage_ = stage::preparing;
  time_point created_, last_, clearing_since_{};
  std::optional<time_point> started_;
  std::optional<ending> ending_;
  bool checked_before_ = false;
  std::set<std::string> armed_once_;         // labels that were seen armed
  std::map<std::string, time_point> asked_;  // labels asked for, and when first
  webhooks_by_bank webhooks_seen_;
  std::optional<verdict> verdict_;
};

}  // namespace vendaval::controller
