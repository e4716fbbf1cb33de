#pragma once
/// The monitor's shell: carries what the data path reports into the monitor, and what the monitor decides into the
/// database, before anyone is told. Lives on the control thread.
#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <vector>

#include "base/io/clock.hpp"
#include "monitor/io/history_writer.hpp"
#include "monitor/io/outbox_worker.hpp"
#include "monitor/io/retry_queue.hpp"
#include "monitor/monitor.hpp"
#include "proxy/link.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

struct watch_tools {
  asio::any_io_executor control;
  async_clock& time;
  link& path;
  sql::storage_thread& storage;
  outbox_worker& outbox;
  std::shared_ptr<spdlog::logger> log;
};

/// Trouble with keeping things: counted, shown, never silent.
struct watch_counts {
  std::uint64_t writes_failed = 0;   // each was tried again
  std::uint64_t writes_refused = 0;  // given up: the database would never accept them
  std::uint64_t unwritten = 0;       // waiting now
};

class watch {
 public:
  /// `tick`: how often rules are looked at.
  watch(watch_tools tools, monitor_settings settings, duration tick);

  /// Until it is cancelled.
  asio::awaitable<void> run();

  monitor& state() { return monitor_; }
  watch_counts counts() const {
    auto result = counts_;
    result.unwritten = unwritten_.size();
    return result;
  }
  /// Told of every exchange, and at the end of every tick.
  void on_exchange(std::function<void(exchange const&)> tell) { exchange_ = std::move(tell); }
  void on_tick(std::function<void(time_point)> tell) { ticked_ = std::move(tell); }
  void on_accepted(outbox_worker::accepted_callback tell) { accepted_ = std::move(tell); }
  void on_effects(std::function<void(effects const&)> tell) { effects_ = std::move(tell); }

  /// The figures of the time since the last call, as rows of banking_connector_metrics. Also once a minute by itself.
  void write_metrics(time_point now);
  /// At the end of the process: hands over what history has counted so far.
  void finish() { history_.finish(); }

 private:
  struct unwritten {
    sql::batch rows;
    std::vector<std::string> notifications;
  };
  void tick(time_point now);
  void keep(effects const& what);
  void write_next(time_point now);
  void written(sql::result<> result);
  void give_up(unwritten const& refused);
  void keep_history(sql::batch rows);

  watch_tools tools_;
  monitor monitor_;
  duration every_;
  time_point metrics_since_;
  watch_counts counts_;
  history_writer history_;
  retry_queue<unwritten> unwritten_;
  bool writing_ = false;
  std::function<void(exchange const&)> exchange_ = [](exchange const&) {};
  std::function<void(time_point)> ticked_ = [](time_point) {};
  std::function<void(effects const&)> effects_ = [](effects const&) {};
  outbox_worker::accepted_callback accepted_ = [](std::string const&, time_point) {};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::monitor
