#pragma once
/// Keeps history: hands each minute that is over to whoever writes, then has minutes rolled up and old rows let go, in
/// small steps between which others get at the database. Lives on the control thread.
#include <spdlog/logger.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/io/clock.hpp"
#include "monitor/history/recorder.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

class history_writer {
 public:
  struct tools {
    sql::storage_thread& storage;
    timeline calendar;
    std::shared_ptr<spdlog::logger> log;
    std::function<void(sql::batch)> keep;  // writes it, sooner or later
    std::string writer;                    // names this process
    /// Whether anything has not come into the database yet; asked on the storage thread too.
    std::function<bool()> something_waits = [] { return false; };
  };
  static constexpr int step = 64;  // rows in one transaction

  explicit history_writer(tools given) : tools_(std::move(given)), seen_(tools_.writer) {}

  void probed(exchange const& x) { seen_.probed(x, tools_.calendar.at(x.ended)); }
  void observe(exchange const& x) { seen_.observe(x, tools_.calendar.at(x.ended)); }
  void tick(time_point now);
  /// Say so whenever the database has everything that was handed over: what is new there is rolled up then, and old
  /// rows are let go. Never before: what comes a second time could be taken for new. Nor while something new waits to
  /// be written: what is left to do is done when you say so again.
  void caught_up();
  /// At the end of the process: what was counted so far.
  void finish();

 private:
  struct tidying;
  void keep(std::vector<sql::history_row> rows);

  tools tools_;
  recorder seen_;
  wall_time looked_at_{};
  /// Something is to be rolled up or let go. An earlier process may have left some.
  std::shared_ptr<std::atomic<bool>> due_ = std::make_shared<std::atomic<bool>>(true);
};

}  // namespace vendaval::monitor
