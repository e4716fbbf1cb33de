#pragma once
/// Plays a game day in real time: shows the pure core (controller/game_day) what the monitor and the fault desk see,
/// and carries out what it asks for. One run at a time. Lives on the control thread.
#include <spdlog/logger.h>

#include <boost/json/object.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "controller/game_day.hpp"
#include "controller/io/active_run.hpp"
#include "controller/io/fault_desk.hpp"
#include "controller/journal.hpp"
#include "monitor/io/watch.hpp"

namespace vendaval::controller {

struct runner_tools {
  async_clock& time;
  timeline calendar;
  fault_desk& desk;
  monitor::watch& watch;
  link& path;
  std::shared_ptr<spdlog::logger> log;
  std::string folder;    // where journals and reports are kept
  std::string database;  // for people
  std::string owner;     // this process, for the table of runs
  std::string dialect;   // for the decision log
};

class runner {
 public:
  explicit runner(runner_tools tools);
  ~runner();

  /// `played` is compressed already. Refused while another run is under way, and while the kill switch is latched.
  std::expected<std::string, std::string> start(scenario played, run_identity identity, game_day_settings settings);
  /// False when there is no such run under way.
  bool abort(std::string const& id, std::string const& reason);
  bool running() const;
  /// At the end of the program: lifts every fault and keeps what is known.
  void shut_down(std::string const& reason);

  /// For GET /v1/runs/{id}: events from number `after` on. Only the latest run is kept here; older ones are files.
  std::optional<boost::json::object> view(std::string const& id, std::uint64_t after) const;
  /// The journal of the latest run, as it stands.
  std::optional<boost::json::value> journal_of(std::string const& id) const;
  std::optional<std::string> latest() const;

  void saw(exchange const& x);
  /// A probe of ours: what faults decided about it stands in the log, and no figure of the run counts it.
  void probed(exchange const& x);
  void saw(monitor::effects const& what);
  void accepted(std::string const& notification, time_point at);
  void tick(time_point now);

 private:
  observation look(time_point now);
  void obey(command const& c, time_point now);
  void arm(commands::arm const& c);
  void follow_leases(time_point now);
  void begin_drills(time_point now);
  void finish(time_point now);
  void keep_journal();
  void keep_decisions();
  void say(time_point now, std::string text);
  sql::run_row row(std::string state, std::string note, time_point now) const;

  runner_tools tools_;
  std::unique_ptr<active_run> run_;
};

}  // namespace vendaval::controller
