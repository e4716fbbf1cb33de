#pragma once
/// After a crash in the middle of a run: its faults died with the process; the run is marked so that nobody believes
/// it. Lives on the control thread.
#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

#include "base/time.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::controller {

class interrupted_runs {
 public:
  struct tools {
    boost::asio::any_io_executor control;
    sql::storage_thread& storage;
    std::shared_ptr<spdlog::logger> log;
  };
  static constexpr duration again_after = 10s;  // a database that would not

  /// `began`: this process; runs that are older are meant.
  interrupted_runs(tools given, wall_time began) : tools_(std::move(given)), began_(began) {}

  /// `behind`: the database does not have everything yet, the beginning of such a run perhaps. Then it is too early.
  void tick(time_point now, bool behind);

 private:
  void tell(sql::result<std::vector<sql::run_row>> const& ended);

  tools tools_;
  wall_time began_;
  time_point next_ = time_point::min();
  bool done_ = false, failed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::controller
