#pragma once
/// Notifications whose rows are safe in the spool but not in the database yet: they go out all the same. Claims, leases
/// and order as sql::store keeps them; the ids are negative, so that nobody takes them for the database's.
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "sql/rows.hpp"

namespace vendaval::monitor {

class spooled_outbox {
 public:
  /// Of one record of the spool, in order. Notifications that a later mark has settled are not sent again.
  void add(std::uint64_t record, sql::batch const& rows);
  /// The record is in the database now, which takes over; one that is being sent is still ours to settle.
  void drained(std::uint64_t record);

  /// What is due: the first of each incident and channel that is not settled; `except`: channels that are busy.
  std::vector<sql::outbox_row> claim(wall_time now, duration lease, int limit,
                                     std::span<std::string const> except = {});
  void retry(std::int64_t id, std::string error, wall_time next_attempt);
  /// What has to be kept of one that was accepted or given up; nothing when it was settled before.
  std::optional<sql::outbox_mark> accepted(std::int64_t id, wall_time at, std::optional<std::string> reference = {});
  std::optional<sql::outbox_mark> dead(std::int64_t id, std::string error, wall_time at);
  /// What the receiver called the first message about the row's incident, whoever sent it: claimed rows carry it.
  void remember(sql::outbox_row const& row, std::string const& reference);

  static bool is_mine(std::int64_t id) { return id < 0; }
  std::size_t waiting() const;  // not settled and not in the database

 private:
  struct entry {
    sql::outbox_row row;
    std::uint64_t record = 0;
    bool drained = false;
  };
  struct first_message {
    std::string incident, channel, reference;
  };
  static constexpr std::size_t remembered = 1000;
  std::optional<sql::outbox_mark> settle(std::int64_t id, sql::outbox_mark mark);
  std::optional<std::string> reference_of(sql::outbox_row const& row) const;

  std::vector<entry> entries_;            // oldest first
  std::deque<first_message> references_;  // likewise
  std::int64_t next_id_ = -1;
};

}  // namespace vendaval::monitor
