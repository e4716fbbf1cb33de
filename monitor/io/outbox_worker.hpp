#pragma once
/// Delivers what stands in the outbox: at least once, in order per incident and channel, one message a second per
/// channel, patient with receivers that are down. Lives on the control thread.
#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/io/clock.hpp"
#include "base/io/outbound.hpp"
#include "monitor/notify/notification.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

/// Where a channel's messages go. For Slack the address itself is the secret.
struct channel {
  std::string name;  // as rules name it
  secret url;
};

struct outbox_tools {
  asio::any_io_executor control;
  async_clock& time;
  timeline calendar;
  sql::storage_thread& storage;
  outbound& calls;
  std::shared_ptr<spdlog::logger> log;
};

struct outbox_counts {
  std::uint64_t accepted = 0, retried = 0, dead = 0;
};

class outbox_worker {
 public:
  using accepted_callback = std::function<void(std::string const& notification, time_point at)>;

  outbox_worker(outbox_tools tools, std::vector<channel> channels);

  asio::awaitable<void> run();  // until it is cancelled
  void wake();                  // something new stands in the outbox
  /// Remembers which notification a fingerprint stands for, to report its acceptance.
  void expect(std::vector<notification> const& written);
  void on_accepted(accepted_callback tell) { tell_ = std::move(tell); }
  outbox_counts const& counts() const { return counts_; }

 private:
  asio::awaitable<bool> deliver_some();
  asio::awaitable<void> deliver(sql::outbox_row row);
  void done(sql::outbox_row const& row, outbound_result const& answer);
  void give_up(sql::outbox_row const& row, std::string const& why);
  void later(sql::outbox_row const& row, std::string const& why, duration wait);

  outbox_tools tools_;
  std::map<std::string, secret> urls_;
  std::map<std::string, time_point> next_allowed_;
  std::map<std::string, std::string> ids_;  // fingerprint → notification
  accepted_callback tell_ = [](std::string const&, time_point) {};
  bool woken_ = false;
  asio::steady_timer sleep_;
  outbox_counts counts_;
};

}  // namespace vendaval::monitor
