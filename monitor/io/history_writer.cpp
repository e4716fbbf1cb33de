#include "monitor/io/history_writer.hpp"

#include "monitor/history/rollup.hpp"

namespace vendaval::monitor {
namespace {

using logger = std::shared_ptr<spdlog::logger>;

/// One small step, and the next behind whatever waits by then.
void tidy(sql::storage_thread& storage, sql::store& store, wall_time now, logger const& log) {
  auto const rolled = store.roll_up(history_writer::step, rolling_up());
  if (!rolled) return log->error("minutes could not be rolled up; the next minute tries again: {}", rolled.error());
  bool const prune = *rolled < history_writer::step;
  auto const removed = prune ? store.prune(retained(now), history_writer::step) : 0;
  if (!removed) return log->error("old history could not be let go; the next minute tries again: {}", removed.error());
  if (*rolled < history_writer::step && *removed < history_writer::step) return;
  (void)storage.run([&storage, now, log](sql::store& again) { tidy(storage, again, now, log); });
}

}  // namespace

void history_writer::tick(time_point now) {
  auto const wall = tools_.calendar.at(now);
  if (minute_of(wall - recorder::grace) <= looked_at_) return;
  looked_at_ = minute_of(wall - recorder::grace);
  keep(seen_.take(wall));
}

void history_writer::finish() { keep(seen_.take_all()); }

void history_writer::keep(std::vector<sql::history_row> rows) {
  if (rows.empty()) return;
  unrolled_ = true;
  tools_.keep({.history = std::move(rows)});
}

void history_writer::caught_up() {
  if (!std::exchange(unrolled_, false)) return;
  auto& storage = tools_.storage;
  bool const taken = storage.run(
      [&storage, now = looked_at_, log = tools_.log](sql::store& store) { tidy(storage, store, now, log); });
  if (!taken) tools_.log->warn("history is rolled up a minute later: storage is overloaded");
}

}  // namespace vendaval::monitor
