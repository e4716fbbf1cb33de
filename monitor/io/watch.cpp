#include "monitor/io/watch.hpp"

#include <boost/asio/post.hpp>

#include "monitor/io/rows.hpp"
#include "sql/uuid.hpp"

namespace vendaval::monitor {

watch::watch(watch_tools tools, monitor_settings settings, duration tick)
    : tools_(std::move(tools)),
      monitor_(std::move(settings)),
      every_(tick),
      metrics_since_(tools_.time.now()),
      history_({tools_.storage, monitor_.settings().time, tools_.log,
                [this](sql::batch rows) { keep_history(std::move(rows)); }, sql::new_uuid()}) {
  tools_.outbox.on_accepted([this](std::string const& notification, time_point at) {
    monitor_.accepted(notification, at);
    accepted_(notification, at);
  });
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
    monitor_.observe(x);
    history_.observe(x);
    exchange_(x);
  }
  monitor_.see(tools_.path.flights());
  auto const decided = monitor_.tick(now);
  for (auto const& change : decided.alerts)
    tools_.log->info("{} of {}: {} → {}", change.now.rule, change.now.institution, name_of(change.from),
                     name_of(change.now.state));
  keep(decided);
  write_next(now);
  effects_(decided);
  if (now - metrics_since_ >= 1min) write_metrics(now);
  history_.tick(now);
  ticked_(now);
}

void watch::keep(effects const& what) {
  if (what.incidents.empty() && what.notifications.empty()) return;
  unwritten written{rows_of(what, monitor_.settings().time), {}};
  for (auto const& n : what.notifications) written.notifications.push_back(n.id);
  tools_.outbox.expect(what.notifications);
  unwritten_.push(std::move(written));
}

/// One batch at a time, in order; what fails is tried again, because nobody may be told of what is not written.
void watch::write_next(time_point now) {
  if (writing_) return;
  auto const* const batch = unwritten_.next(now);
  if (!batch) return;
  writing_ = true;
  std::weak_ptr<bool> const alive = alive_;
  auto const done = [this, alive](sql::result<> result) {
    if (!alive.expired()) written(std::move(result));
  };
  bool const taken = tools_.storage.submit(batch->rows, [control = tools_.control, done](sql::result<> result) {
    asio::post(control, [done, result = std::move(result)] { done(result); });
  });
  if (!taken) written(std::unexpected(std::string("storage is overloaded")));
}

void watch::written(sql::result<> result) {
  writing_ = false;
  auto const now = tools_.time.now();
  if (result) {
    for (auto const& id : unwritten_.written().notifications) monitor_.written(id, now);
    tools_.outbox.wake();
  } else {
    ++counts_.writes_failed;
    tools_.log->error("an incident could not be written; nobody is told of it before it is: {}", result.error());
    if (auto const refused = unwritten_.failed(now)) give_up(*refused);
  }
  write_next(now);
}

/// Its description stays in this log: the database will not have it, and later incidents must not wait for it.
void watch::give_up(unwritten const& refused) {
  ++counts_.writes_refused;
  for (auto const& row : refused.rows.incidents)
    tools_.log->error("given up, because others could be written and this could not: incident {} of {}, {}, {}: {}",
                      row.id, row.institution_id, row.severity, row.status, row.description);
}

void watch::keep_history(sql::batch rows) {
  bool const taken = tools_.storage.submit(std::move(rows), [log = tools_.log](sql::result<> written) {
    if (!written) log->error("a minute of history could not be written: {}", written.error());
  });
  if (!taken) tools_.log->error("a minute of history was dropped: storage is overloaded");
}

void watch::write_metrics(time_point now) {
  sql::batch batch;
  batch.metrics = metric_rows(monitor_, metrics_since_, now);
  metrics_since_ = now;
  if (batch.metrics.empty()) return;
  bool const taken = tools_.storage.submit(std::move(batch), [log = tools_.log](sql::result<> written) {
    if (!written) log->error("metrics could not be written: {}", written.error());
  });
  if (!taken) tools_.log->error("metrics were dropped: storage is overloaded");
}

}  // namespace vendaval::monitor
