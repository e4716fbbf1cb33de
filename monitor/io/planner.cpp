#include "monitor/io/planner.hpp"

#include "monitor/history/planned.hpp"

namespace vendaval::monitor {
namespace {

sql::result<> record(sql::store& store, planner::tools const& t, wall_time now) {
  auto const there = store.maintenance(now, now + std::chrono::floor<wall_time::duration>(planned_ahead));
  if (!there) return std::unexpected(there.error());
  auto change = revise(t.plans, t.banks, *there, now);
  if (change.empty()) return {};
  t.log->info("planned maintenance: {} windows put on record, {} withdrawn", change.write.size(),
              change.withdraw.size());
  if (auto const gone = store.withdraw_maintenance(change.withdraw, now); !gone) return gone;
  return store.commit({.maintenance = std::move(change.write)});
}

}  // namespace

void planner::tick(wall_time now) {
  if (now < next_) return;
  next_ = now + std::chrono::floor<wall_time::duration>(every);
  bool const taken = tools_->storage.run([t = tools_, now](sql::store& store) {
    if (auto const done = record(store, *t, now); !done)
      t->log->error("planned maintenance is not on record yet; it is tried again: {}", done.error());
  });
  if (!taken) tools_->log->warn("planned maintenance is put on record later: storage is overloaded");
}

}  // namespace vendaval::monitor
