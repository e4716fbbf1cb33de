#pragma once
/// Has the maintenance that the configuration plans put on record (monitor/history/planned.hpp): at the start, and from
/// then on as its days come near. Lives on the control thread.
#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <vector>

#include "monitor/silences/calendar.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

class planner {
 public:
  struct tools {
    sql::storage_thread& storage;
    std::shared_ptr<spdlog::logger> log;
    std::vector<maintenance_plan> plans;
    std::vector<std::string> banks;
  };
  static constexpr duration every = 10min;  // also after a database that was away

  explicit planner(tools given) : tools_(std::make_shared<tools const>(std::move(given))) {}

  void tick(wall_time now);

 private:
  std::shared_ptr<tools const> tools_;
  wall_time next_ = wall_time::min();
};

}  // namespace vendaval::monitor
