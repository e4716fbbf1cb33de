#pragma once
/// Teaches the rules that follow a bank (threshold = "usual") what is usual for it: every hour anew, from the hours
/// kept in the database, one bank after the other so that storage is never busy with it for long. Lives on the control
/// thread; reads on the storage thread.
#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <memory>
#include <set>
#include <string>

#include "base/io/clock.hpp"
#include "monitor/baseline/usual_options.hpp"
#include "monitor/monitor.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

class learner {
 public:
  struct tools {
    boost::asio::any_io_executor control;
    timeline calendar;
    sql::storage_thread& storage;
    monitor& pupil;
    std::shared_ptr<spdlog::logger> log;
  };
  static constexpr auto looks_back = std::chrono::days(90);
  static constexpr duration pause = 1min;  // after a reading that failed

  /// Does nothing unless one of the pupil's rules follows banks.
  learner(tools t, usual_options o);
  void tick(time_point now);

 private:
  void next(wall_time hour);
  void learned(std::string const& bank, sql::result<std::vector<std::pair<std::string, baseline>>> what);

  tools tools_;
  usual_options options_;
  std::vector<rule> following_;
  wall_time hour_{};
  std::deque<std::string> waiting_;  // banks, for this hour
  bool reading_ = false;
  time_point not_before_{};
  bool in_trouble_ = false;
  std::set<std::string, std::less<>> speaking_;  // banks that have limits of their own, as the log has said
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::monitor
