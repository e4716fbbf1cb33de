#include "monitor/io/watch.hpp"

#include "monitor/io/memory.hpp"
#include "monitor/io/rows.hpp"
#include "sql/uuid.hpp"

namespace vendaval::monitor {

namespace {

constexpr duration on_its_way = 1s;  // what ended so lately may not have been reported yet

std::unique_ptr<spool> spool_in(std::string const& folder) {
  return folder.empty() ? nullptr : std::make_unique<spool>(spool::settings{.folder = folder});
}

history_writer::tools for_history(watch_tools const& t, timeline const& calendar, keeper& k) {
  return {t.storage,       calendar,
          t.log,           [&k](sql::batch rows) { k.keep(std::move(rows), worth::figures); },
          sql::new_uuid(), k.asks_whether_behind()};
}

}  // namespace

watch::watch(watch_tools tools, monitor_settings settings, duration tick)
    : tools_(std::move(tools)),
      monitor_(std::move(settings)),
      every_(tick),
      metrics_since_(monitor_.seen().border(tools_.time.now())),
      copy_(tools_.copy),
      keeper_({tools_.control, tools_.time, tools_.storage, tools_.log}, spool_in(tools_.spool)),
      history_(for_history(tools_, monitor_.settings().time, keeper_)),
      planner_({tools_.storage, tools_.log, monitor_.settings().maintenance, monitor_.settings().banks.ids()}) {
  tools_.outbox.on_accepted([this](std::string const& notification, time_point at) {
    monitor_.accepted(notification, at);
    accepted_(notification, at);
  });
  tools_.outbox.sends_for(keeper_);
  keeper_.on_written([this] {
    tools_.outbox.wake();
    if (!keeper_.behind()) history_.caught_up();
  });
}

std::vector<std::string> watch::go_on(sql::result<sql::batch> stored) {
  if (!stored) {
    tools_.log->error("what was known before could not be read; our own copy of it is taken: {}", stored.error());
    stored = copy_.read();
    if (!stored) tools_.log->error("nor can that, so only what stands in the spool is known: {}", stored.error());
  }
  auto known = stored ? *std::move(stored) : sql::batch();
  for (auto const& newer : keeper_.take_found()) known = with_newer(std::move(known), newer);
  auto told = monitor_.restore(memory_of(known, monitor_.settings().time), tools_.time.now());
  copied(copy_.begin(std::move(known)));
  return told;
}

void watch::copied(std::expected<void, std::string> const& result) {
  if (!result && !copy_in_trouble_)
    tools_.log->error("{} could not be written, so a start without the database would not know this: {}", tools_.copy,
                      result.error());
  copy_in_trouble_ = !result;
}

asio::awaitable<void> watch::run() {
  for (auto next = tools_.time.now();;) {
    next = std::max(next + every_, tools_.time.now());  // after a stall, do not hurry to make up for it
    co_await tools_.time.sleep_until(next);
    tick(tools_.time.now());
  }
}

void watch::tick(time_point now) {
  for (auto const& x : tools_.path.drain()) {
    if (is_probe(x.client)) {
      monitor_.probed(x);
      history_.probed(x);
      probe_(x);
      continue;
    }
    monitor_.observe(x);
    history_.observe(x);
    exchange_(x);
  }
  monitor_.see(flights_of_the_app());
  auto const decided = monitor_.tick(now);
  for (auto const& change : decided.alerts)
    tools_.log->info("{} of {}: {} → {}", change.now.rule, change.now.institution, name_of(change.from),
                     name_of(change.now.state));
  carry_out(decided);
  if (now - metrics_since_ >= 1min + on_its_way) write_metrics(now);
  history_.tick(now);
  planner_.tick(monitor_.settings().time.at(now));
  ticked_(now);
}

/// A probe under way is apart from all the app does, as it is when it has ended.
std::vector<flight> watch::flights_of_the_app() {
  auto all = tools_.path.flights();
  std::erase_if(all, [this](flight const& f) { return is_probe(f.client); });
  return all;
}

void watch::carry_out(effects const& what) {
  keep(what);
  keeper_.tick();
  effects_(what);
}

/// Nobody is told of what is not safe: the notifications stand in the same record. All of it in one queue: a state that
/// came later must not be written over by one that came before.
void watch::keep(effects const& what) {
  auto const rows = rows_of(what, monitor_.settings().time);
  if (rows.empty()) return;
  std::vector<std::string> ids;
  for (auto const& n : what.notifications) ids.push_back(n.id);
  tools_.outbox.expect(what.notifications);
  keeper_.keep(rows, worth::must, [this, ids = std::move(ids)] {
    for (auto const& id : ids) monitor_.written(id, tools_.time.now());
    tools_.outbox.wake();
  });
  copied(copy_.add(rows));  // last: it must not know of what is nowhere else
}

void watch::finish() {
  history_.finish();
  keeper_.hand_over();
  history_.caught_up();
}

void watch::write_metrics(time_point now) {
  auto const until = monitor_.seen().border(now - on_its_way);
  if (until <= metrics_since_) return;
  sql::batch batch;
  batch.metrics = metric_rows(monitor_, metrics_since_, until);
  metrics_since_ = until;
  if (!batch.metrics.empty()) keeper_.keep(std::move(batch), worth::figures);
}

}  // namespace vendaval::monitor
