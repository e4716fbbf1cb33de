#pragma once
/// Where faults are armed and taken away: the armed book, its audit log, the kill latch on disk, and the data path that
/// gets the result. Lives on the control thread.
#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/io/clock.hpp"
#include "proxy/faults/armed_book.hpp"
#include "proxy/link.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::controller {

/// What the desk works with; all of it outlives the desk.
struct desk_tools {
  asio::any_io_executor control;
  clock& time;
  timeline calendar;
  link& path;
  sql::storage_thread& storage;
  std::shared_ptr<spdlog::logger> log;
  std::string latch_file;  // exists while the kill switch is latched; holds the reason
};

class fault_desk {
 public:
  using armed_callback = std::function<void(std::expected<std::uint64_t, std::string>)>;

  fault_desk(desk_tools tools, faults::arming_limits limits);

  /// No audit record, no arming: the record is durable before the data path hears of the fault. `done` is called later,
  /// on the control thread. A label that is armed or about to be is left alone and `done` is not called.
  void arm(faults::fault_template what, duration lease, std::string const& actor, armed_callback done);
  /// A refusal means that it is gone.
  std::expected<time_point, std::string> renew(std::uint64_t id);
  void clear(std::uint64_t id, std::string const& actor);
  /// Takes every fault away, also from requests being held.
  void clear_all(std::string const& actor);

  /// The kill switch: everything goes, at once and before anything is written, and nothing can be armed until
  /// release(). How many faults it took away.
  std::size_t stop(std::string const& reason, std::string const& actor);
  std::expected<void, std::string> release(std::string const& reason, std::string const& actor);
  /// Why nothing could be armed at some time of this stretch, as a sentence: a deny window.
  std::optional<std::string> denied(time_point from, time_point to) const { return book_.denied(from, to); }
  std::optional<std::string> const& stopped() const { return book_.killed(); }
  /// The last use of the kill switch since this start, released since or not.
  struct last_stop {
    std::uint64_t nth = 0;  // 0: there was none
    std::string reason;
  };
  last_stop const& stopped_last() const { return last_stop_; }
  /// `told` hears of the kill switch: why it is latched, nothing when it is not. At once if it is,
  /// and whenever it changes.
  void on_latch(std::function<void(std::optional<std::string> const&)> told);

  /// Dice of the next run; only between runs.
  void reseed(std::uint64_t seed) { book_.reseed(seed); }
  /// Takes expired leases out of the book; call it often.
  void tick();

  std::shared_ptr<faults::armed_set const> armed() const { return book_.snapshot(); }

  /// Requests by bank and kind of fault that touched them, since the start.
  using touched = std::map<std::pair<std::string, std::string_view>, std::uint64_t>;
  void saw(exchange const& x);
  touched const& injected() const { return injected_; }

 private:
  void publish(std::vector<faults::ended_fault> const& ended, std::string const& actor);
  void audit(sql::audit_row row, sql::storage_thread::done done = {});
  sql::audit_row record(std::string action, std::string const& actor, std::string reason) const;
  void latch(std::string const& reason);

  desk_tools tools_;
  faults::armed_book book_;
  last_stop last_stop_;
  std::function<void(std::optional<std::string> const&)> told_of_latch_;
  std::map<std::uint64_t, std::string_view> kinds_;  // of every fault that was armed; a request may outlast one
  touched injected_;
  std::set<std::string> asked_;  // labels whose audit record is being written
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::controller
