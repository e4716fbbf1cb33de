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
#include "monitor/io/keeper.hpp"
#include "monitor/io/outbox_worker.hpp"
#include "monitor/io/own_copy.hpp"
#include "monitor/io/planner.hpp"
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
  std::string spool{};             // a folder for what the database does not have yet; empty: it waits in memory
  std::string copy{};              // a file for what the monitor must know again; empty: the database is always at hand
  std::uint64_t probe_client = 0;  // whose requests are our own probes (monitor/probes); 0: there are none
};

class watch {
 public:
  /// `tick`: how often rules are looked at.
  watch(watch_tools tools, monitor_settings settings, duration tick);

  /// Once, at the start: goes on with what an earlier process knew. `stored`: what the database has of it
  /// (remembered_rows); when it could not be asked, our own copy is. What became of each, for the log.
  std::vector<std::string> go_on(sql::result<sql::batch> stored);
  /// Until it is cancelled.
  asio::awaitable<void> run();

  monitor& state() { return monitor_; }
  /// Trouble with keeping things: counted, shown, never silent.
  keeper_counts counts() const { return keeper_.counts(); }
  keeper& kept() { return keeper_; }
  /// Into our own copy alone: somebody else brings it into the database.
  void copy(sql::batch const& rows) { copied(copy_.add(rows)); }
  /// What was decided besides the ticks: by a person, through the API.
  void carry_out(effects const& what);
  /// Told of every exchange, and at the end of every tick.
  void on_exchange(std::function<void(exchange const&)> tell) { exchange_ = std::move(tell); }
  /// Told of every probe of ours, of which on_exchange() hears nothing.
  void on_probe(std::function<void(exchange const&)> tell) { probe_ = std::move(tell); }
  void on_tick(std::function<void(time_point)> tell) { ticked_ = std::move(tell); }
  void on_accepted(outbox_worker::accepted_callback tell) { accepted_ = std::move(tell); }
  void on_effects(std::function<void(effects const&)> tell) { effects_ = std::move(tell); }

  /// The figures of the whole slots since the last call, as rows of banking_connector_metrics: each call is in one row
  /// of its kind. Also once a minute by itself.
  void write_metrics(time_point now);
  /// At the end of the process: hands over what history has counted so far, and what waits to be written.
  void finish();

 private:
  void tick(time_point now);
  bool is_probe(std::uint64_t client) const { return client != 0 && client == tools_.probe_client; }
  std::vector<flight> flights_of_the_app();
  void keep(effects const& what);
  void copied(std::expected<void, std::string> const& result);

  watch_tools tools_;
  monitor monitor_;
  duration every_;
  time_point metrics_since_;
  bool copy_in_trouble_ = false;
  own_copy copy_;
  keeper keeper_;
  history_writer history_;
  planner planner_;
  std::function<void(exchange const&)> exchange_ = [](exchange const&) {};
  std::function<void(exchange const&)> probe_ = [](exchange const&) {};
  std::function<void(time_point)> ticked_ = [](time_point) {};
  std::function<void(effects const&)> effects_ = [](effects const&) {};
  outbox_worker::accepted_callback accepted_ = [](std::string const&, time_point) {};
};

}  // namespace vendaval::monitor
