#pragma once
/// Delivers what stands in the outbox: at least once, in order per incident and receiver, at each channel's pace,
/// patient with receivers that are down. One channel that is slow holds up no other. Lives on the control thread.
#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/io/clock.hpp"
#include "base/io/outbound.hpp"
#include "monitor/io/keeper.hpp"
#include "monitor/notify/channel.hpp"
#include "monitor/notify/delivery_tally.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

struct outbox_tools {
  asio::any_io_executor control;
  async_clock& time;
  timeline calendar;
  sql::storage_thread& storage;
  outbound& calls;
  std::shared_ptr<spdlog::logger> log;
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
  /// Also sends what is safe in the spool while the database cannot take it, and what the database was found to hold
  /// while it does not give it out.
  void sends_for(keeper& spooled) { spooled_ = &spooled; }
  delivery_tally counts() const;                                // all channels together
  delivery_tallies const& by_lane() const { return by_lane_; }  // see lanes_of()
  delivery_tallies by_kind() const;                             // "pagerduty"
  std::vector<channel> const& channels() const { return channels_; }

 private:
  struct lane {  // of one receiver of a channel
    channel const* of = nullptr;
    std::string to;
    std::string limits;  // whose they are: the channel's, or its own where every receiver is a server by itself
  };
  struct pace {
    time_point next{};        // by our own manners
    time_point not_before{};  // because we were asked to wait
    std::string why;          // in the words of whoever asked
  };
  bool claim_spooled();
  bool database_answers() const;
  asio::awaitable<void> claim_stored();
  std::vector<sql::outbox_row> not_from_here(std::vector<sql::outbox_row> rows);
  std::vector<std::string> busy() const;
  std::string lane_of(sql::outbox_row const& row) const;
  void hand_out(std::vector<sql::outbox_row> rows);
  asio::awaitable<void> deliver_all(std::string lane);
  asio::awaitable<bool> deliver(sql::outbox_row row, lane const& way);
  void put_back(sql::outbox_row const& row);
  void postpone(sql::outbox_row const& row, channel const& c, time_point until, std::string const& why);
  asio::awaitable<reply> say(message m, channel const& c);
  void done(sql::outbox_row const& row, lane const& way, reply const& came);
  void give_up(sql::outbox_row const& row, channel const* c, std::string const& why);
  void later(sql::outbox_row const& row, lane const& way, reply const& came);
  void tell_elsewhere(sql::outbox_row const& row, channel const& c, std::string const& why);
  void try_again(sql::outbox_row const& row, std::string const& why, wall_time at);
  void settle(sql::outbox_row const& row, sql::outbox_mark mark);
  void settle_stored(std::int64_t id, sql::outbox_mark mark);
  void keep_mark(sql::outbox_mark mark, std::string const& why);
  void retry_stored(std::int64_t id, std::string why, wall_time at);
  bool too_late(sql::outbox_row const& row, time_point at) const;

  outbox_tools tools_;
  std::vector<channel> channels_;
  std::map<std::string, lane, std::less<>> lanes_;
  std::map<std::string, pace, std::less<>> paces_;                // by lane::limits
  std::map<std::string, std::deque<sql::outbox_row>> under_way_;  // claimed, by lane
  std::map<std::string, std::set<std::string>> former_names_;     // of lanes, under which rows of theirs stood
  keeper* spooled_ = nullptr;
  std::optional<time_point> behind_since_;
  std::optional<time_point> claiming_since_;
  bool unread_ = false;                     // the database was asked last in vain
  std::map<std::string, std::string> ids_;  // fingerprint → notification
  accepted_callback tell_ = [](std::string const&, time_point) {};
  bool woken_ = false;
  asio::steady_timer sleep_;
  delivery_tallies by_lane_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::monitor
