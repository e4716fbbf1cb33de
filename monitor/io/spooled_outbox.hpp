#pragma once
/// What this process knows of the notifications that are on their way, wherever their rows are: safe in the spool but
/// not in the database yet, or there. While the database does not answer they go out from here; while it does it gives
/// them out itself, and is told which of them went out from here already. Claims, leases and order as sql::store keeps
/// them; the ids are negative, so that nobody takes them for the database's.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "sql/rows.hpp"

namespace vendaval::monitor {

class spooled_outbox {
 public:
  /// Of one record, in order. Notifications that are settled are not sent again. `safe`: the record is in the spool;
  /// until the database has one that is not, what it holds is not sent, and later ones of its incident wait for it.
  void add(std::uint64_t record, sql::batch const& rows, bool safe = true);
  /// The record is in the database now. `there`: all that the outbox holds of the incidents it tells of; a row that is
  /// not among them is the database's alone from now on, except while it is being sent.
  void drained(std::uint64_t record, std::vector<sql::outbox_row> const& there = {});
  /// The record will be nowhere: what it holds is sent no more, except what is being sent.
  void given_up(std::uint64_t record);

  /// What is due: the first of each incident and channel that is not settled; `except`: channels that are busy.
  std::vector<sql::outbox_row> claim(wall_time now, duration lease, int limit,
                                     std::span<std::string const> except = {});
  void retry(std::int64_t id, std::string error, wall_time next_attempt);
  /// What has to be kept of one that was accepted or given up; nothing when it was settled before.
  std::optional<sql::outbox_mark> accepted(std::int64_t id, wall_time at, std::optional<std::string> reference = {});
  std::optional<sql::outbox_mark> dead(std::int64_t id, std::string error, wall_time at);

  // Rows that the database gives out, by their keys.
  /// Nothing: the row is for whoever claimed it to send. Else it is on its way from here, and when to ask again.
  std::optional<wall_time> take(sql::outbox_row const& row, wall_time now);
  void retried(std::string_view key, std::string error, wall_time next_attempt);
  void settled(sql::outbox_mark mark);

  /// What became of it, if that was here and the database may not know.
  sql::outbox_mark const* fate_of(std::string_view key) const;
  /// On its way, or settled not long ago.
  bool knows(std::string_view key) const;
  /// What the receiver called the first message about the row's incident, whoever sent it: claimed rows carry it.
  void remember(sql::outbox_row const& row, std::string const& reference);

  static bool is_mine(std::int64_t id) { return id < 0; }
  std::size_t waiting() const;  // not settled and not in the database

 private:
  struct entry {
    sql::outbox_row row;
    std::uint64_t record = 0;
    bool safe = true;      // in the spool
    bool stored = false;   // in the database
    bool sending = false;  // by this process: its lease is ours
  };
  struct first_message {
    std::string incident, channel, reference;
  };
  struct fate {
    sql::outbox_mark mark;
    std::uint64_t record = 0;  // that brings the mark into the database; 0: none is under way
  };
  static constexpr std::size_t remembered = 1000, fates_remembered = 10'000;
  entry* find(std::string_view key);
  entry& insert(sql::outbox_row row);
  void stored(sql::outbox_row const& row);
  void settle(sql::outbox_mark mark, std::uint64_t record);
  std::optional<sql::outbox_mark> settle(std::int64_t id, sql::outbox_mark mark);
  void arrived(std::uint64_t record);
  void forget_later(std::string key);
  std::optional<std::string> reference_of(sql::outbox_row const& row) const;

  std::vector<entry> entries_;                           // oldest first
  std::map<std::string, fate, std::less<>> fates_;       // by key
  std::multimap<std::uint64_t, std::string> under_way_;  // record → keys whose mark it brings
  std::deque<std::string> old_;                          // keys whose fate may be forgotten, oldest first
  std::deque<first_message> references_;                 // likewise
  std::int64_t next_id_ = -1;
};

}  // namespace vendaval::monitor
