#include "monitor/io/history_writer.hpp"

#include "monitor/history/rollup.hpp"

namespace vendaval::monitor {

/// What a step takes with it to the storage thread.
struct history_writer::tidying {
  sql::storage_thread& storage;
  std::shared_ptr<spdlog::logger> log;
  std::function<bool()> something_waits;
  std::shared_ptr<std::atomic<bool>> due;
  wall_time now;

  /// One small step, and the next behind whatever is asked of the database by then. Whatever waits to be written goes
  /// first: when it is, we come back.
  void step(sql::store& store) const {
    if (something_waits()) return due->store(true);
    auto const rolled = store.roll_up(history_writer::step, rolling_up());
    if (!rolled) return log->error("minutes could not be rolled up; the next minute tries again: {}", rolled.error());
    bool const prune = *rolled < history_writer::step;
    auto const removed = prune ? store.prune(retained(now), history_writer::step) : 0;
    if (!removed)
      return log->error("old history could not be let go; the next minute tries again: {}", removed.error());
    if (*rolled < history_writer::step && *removed < history_writer::step) return;
    if (!storage.run([next = *this](sql::store& again) { next.step(again); })) due->store(true);
  }
};

void history_writer::tick(time_point now) {
  auto const wall = tools_.calendar.at(now);
  if (minute_of(wall - recorder::grace) <= looked_at_) return;
  looked_at_ = minute_of(wall - recorder::grace);
  keep(seen_.take(wall));
}

void history_writer::finish() { keep(seen_.take_all()); }

void history_writer::keep(std::vector<sql::history_row> rows) {
  if (rows.empty()) return;
  due_->store(true);
  tools_.keep({.history = std::move(rows)});
}

void history_writer::caught_up() {
  if (!due_->exchange(false)) return;
  tidying const work{tools_.storage, tools_.log, tools_.something_waits, due_, looked_at_};
  if (!tools_.storage.run([work](sql::store& store) { work.step(store); }))
    tools_.log->warn("history is rolled up a minute later: storage is overloaded");
}

}  // namespace vendaval::monitor
