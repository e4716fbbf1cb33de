#pragma once
/// What the monitor's shells stand on, in one process: a clock moved by hand, a real SQLite file on its own thread,
/// real outbound calls, and a data path that reports what a test tells it to.
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <future>
#include <memory>
#include <sstream>
#include <vector>

#include "base/io/outbound.hpp"
#include "monitor/io/outbox_worker.hpp"
#include "monitor/monitor.hpp"
#include "proxy/link.hpp"
#include "sql/storage_thread.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::test {

/// A data path without sockets.
class told_path final : public link {
 public:
  void publish(std::shared_ptr<faults::armed_set const> set) override { armed.push_back(std::move(set)); }
  std::vector<exchange> drain() override { return std::exchange(exchanges, {}); }
  std::vector<flight> flights() override { return under_way; }
  path_counts counts() const override { return counted; }

  std::vector<std::shared_ptr<faults::armed_set const>> armed;  // every snapshot, oldest first
  std::vector<exchange> exchanges;
  std::vector<flight> under_way;
  path_counts counted;
};

inline monitor::monitor_settings watching_all_banks(timeline const& calendar) {
  monitor::monitor_settings settings;
  settings.banks = mission_institutions();
  settings.time = calendar;
  return settings;
}

struct MonitorIo : testing::Test {
  asio::io_context io{1};
  fake_clock clock{io};
  timeline calendar{time_point(0s), wall_time(std::chrono::milliseconds(1'768'843'865'120))};
  temporary_folder folder;
  std::string const database = folder / "vendaval.db";
  std::ostringstream said;
  std::shared_ptr<spdlog::logger> log =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said));
  told_path path;
  std::unique_ptr<sql::storage_thread> storage = std::make_unique<sql::storage_thread>(open());
  outbound calls;

  sql::store open() const {
    auto store = sql::store::open("sqlite:" + database);
    if (!store) throw std::runtime_error(store.error());
    if (auto const made = store->migrate(); !made) throw std::runtime_error(made.error());
    return std::move(*store);
  }
  /// With the store, on its thread, after everything that was submitted before; then what that posted is done.
  template <class Work>
  auto with_store(Work work) {
    std::packaged_task<decltype(work(std::declval<sql::store&>()))(sql::store&)> task(std::move(work));
    auto result = task.get_future();
    if (!storage->run([&task](sql::store& store) { task(store); })) throw std::runtime_error("storage is full");
    auto value = result.get();
    clock.settle();
    return value;
  }
  void storage_settles() {
    with_store([](sql::store&) { return 0; });
  }
  /// Real components answer in real time: runs what they post until `condition` holds.
  template <class Condition>
  bool happens(Condition condition) {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) return true;
      io.restart();
      io.run_for(std::chrono::milliseconds(5));
    }
    return false;
  }
};

}  // namespace vendaval::test
