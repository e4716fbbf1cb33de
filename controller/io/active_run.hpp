#pragma once
/// What the runner remembers of the run under way beside the game day itself. Lives on the control thread.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/game_day.hpp"
#include "controller/io/seconds.hpp"
#include "monitor/notify/notification.hpp"

namespace vendaval::controller {

struct active_run {
  active_run(scenario played, run_identity who, game_day_settings settings, time_point now)
      : day(std::move(played), std::move(who), settings, now), created(now) {}

  struct event {
    time_point at;
    std::string text;
  };
  /// A fault that this run armed.
  struct own_fault {
    std::string label;
    std::vector<std::string> banks;
    bool armed = true;
  };

  game_day day;
  seconds traffic;
  std::vector<event> events;
  std::set<std::string> labels;                               // of the faults that this run asked for
  std::map<std::uint64_t, own_fault> faults;                  // by id, also those that are over
  std::map<std::string, monitor::notification_kind> letters;  // about the target, on their way
  notice_counts notices;
  std::optional<std::string> refused;
  breaker_facts breaker;
  time_point breaker_read{}, created;
  std::uint64_t lost_before = 0, stops_before = 0;
  monitor::write_counts writes_before;
  webhooks_by_bank webhooks_before;
  std::size_t phases_kept = 0;
  bool drilled = false, finished = false;
  std::string journal_path, report_path, decisions_path;
  std::string decisions;  // lines of the decision log that are not in its file yet

  std::string const& id() const { return day.facts().run.id; }
  std::string const& target() const { return day.played().target; }
};

}  // namespace vendaval::controller
