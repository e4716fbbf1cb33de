#pragma once
/// Brings what the monitor decides into the database, in order, however long that takes. A batch is safe as soon as its
/// record in the spool is: from then on people may be told of it. The database gets it when it can, and is asked again
/// for as long as it cannot; every row is written once per id, so a record that is committed twice does no harm. One
/// that the database refuses although it takes other writes is given up. Lives on the control thread; a record costs it
/// one sync of the disk.
#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/io/clock.hpp"
#include "monitor/io/retry_queue.hpp"
#include "monitor/io/spool.hpp"
#include "monitor/io/spooled_outbox.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::monitor {

namespace asio = boost::asio;

/// What is given up first when the spool fills up.
enum class worth : std::uint8_t {
  must,    // incidents and notifications: kept in memory when the disk will not have them
  figures  // metrics and history: a quarter of the spool is not for them; beyond it they are lost, and counted
};

struct keeper_counts {
  std::uint64_t failed = 0;   // writes that will be tried again
  std::uint64_t refused = 0;  // batches given up: the database would never accept them
  std::uint64_t lost = 0;     // batches that could neither be spooled nor held
  std::uint64_t waiting = 0;  // batches that the database does not have yet
  bytes spooled{0};           // on disk now
  bool trouble = false;       // the last write failed
};

class keeper {
 public:
  struct tools {
    asio::any_io_executor control;
    async_clock& time;
    sql::storage_thread& storage;
    std::shared_ptr<spdlog::logger> log;
  };
  /// Batches held in memory at most, when there is no spool or it is full.
  static constexpr std::size_t held_at_most = 4096;
  /// Refusals in a row before a batch is given up, after five minutes. Figures have time: nobody waits for them.
  static constexpr unsigned patience = 10, patience_with_figures = 60;
  /// A database that has not answered for so long is in trouble, whatever it may say later.
  static constexpr duration silent_for = 10s;

  /// Without a spool everything is held in memory until it is written. What an earlier process left goes first.
  explicit keeper(tools given, std::unique_ptr<spool> disk = nullptr);

  /// `safe` is called later on the control thread, once, when the batch is in the spool or in the database; never when
  /// it was given up or lost.
  void keep(sql::batch rows, worth how, std::function<void()> safe = {});
  /// What an earlier process had decided and the database may not have yet, in order; once, before anything is written.
  std::vector<sql::batch> take_found();
  /// Writes what waits; at least once a second.
  void tick();
  /// Told whenever the database has taken a batch.
  void on_written(std::function<void()> tell) { written_ = std::move(tell); }
  /// The database does not have everything yet.
  bool behind() const { return queues_[0].size() + queues_[1].size() != 0; }
  /// The same for other threads, also when this keeper is gone.
  std::function<bool()> asks_whether_behind() const {
    return [behind = behind_] { return behind->load(); };
  }
  /// For the end of the process, when no callback will run any more: hands the storage thread all that waits, unless
  /// the database is in trouble; what it does not write is found by the next process.
  void hand_over();

  keeper_counts counts() const;
  /// Notifications to be sent from the spool while the database is behind. What became of them is told here.
  spooled_outbox& notifications() { return outbox_; }
  void accepted(std::int64_t id, wall_time at, std::optional<std::string> reference = {});
  void dead(std::int64_t id, std::string error, wall_time at);

 private:
  struct item {
    std::uint64_t number = 0;
    std::optional<spool::place> where;
    std::shared_ptr<sql::batch const> rows;  // when it is not in the spool
    std::function<void()> safe;              // not called yet
    std::string about;                       // for the log, should it be given up
  };
  retry_queue<item>& queue_of(worth how) { return queues_[static_cast<std::size_t>(how)]; }
  item const* pick();
  void push(item one, worth how);
  void load();
  std::expected<sql::batch, std::string> rows_of(item const& one) const;
  struct answer {
    sql::result<> result;
    std::vector<sql::outbox_row> there;  // what the outbox holds of the incidents that the batch tells of
  };
  void write_next();
  void answered(answer came);
  void whose_fault(std::string why);
  void failed(std::string const& why, bool others_taken);
  bool ask(std::function<answer(sql::store&)> what, std::function<void(answer)> then);
  void note(std::optional<sql::outbox_mark> mark);
  void give_up(item const& one, std::string const& why);
  void lose(std::string const& why);

  tools tools_;
  std::unique_ptr<spool> disk_;
  // By worth, each in order: a figure that can be written must not make us give up an incident that cannot yet.
  std::array<retry_queue<item>, 2> queues_{retry_queue<item>(patience), retry_queue<item>(patience_with_figures)};
  std::size_t turn_ = 0;  // the queue whose batch is being written
  std::vector<spool::place> found_;
  spooled_outbox outbox_;
  std::uint64_t next_ = 1;
  std::size_t held_ = 0;
  bool writing_ = false;
  time_point asked_{};  // while writing
  std::shared_ptr<std::atomic<bool>> behind_ = std::make_shared<std::atomic<bool>>(false);
  keeper_counts counts_;
  std::function<void()> written_ = [] {};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::monitor
