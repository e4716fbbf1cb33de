#include "monitor/io/channel_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "monitor/notify/undelivered.hpp"

namespace vendaval::monitor {

channel_watch::channel_watch(outbox_tools tools, outbox_worker& outbox)
    : tools_(std::move(tools)), outbox_(outbox), started_(now()) {}

/// Until the database has said what it knows, nothing is tried: a restart is no reason to.
void channel_watch::learn() {
  if (std::exchange(asked_, true)) return;
  std::weak_ptr<bool> const alive = alive_;
  asked_ = tools_.storage.run([this, alive, control = tools_.control](sql::store& store) {
    auto proofs = store.channel_proofs();
    asio::post(control, [this, alive, proofs = std::move(proofs)] {
      if (alive.expired()) return;
      asked_ = known_ = proofs.has_value();
      if (proofs)
        for (auto const& p : *proofs) before_[p.channel] = p.at;
    });
  });
}

void channel_watch::tick() {
  if (now() - looked_ < 1min) return;
  looked_ = now();
  learn();
  if (!known_) return;
  for (auto const& c : outbox_.channels())
    for (std::size_t i = 0; i < lanes_of(c).size(); ++i) {
      auto const tried = tried_.find(lanes_of(c)[i]);
      bool const lately = tried != tried_.end() && now() - tried->second < 24h;
      if (!lately && proof_due(health_of(c, i).proven_at, started_, now())) prove(c, i, now());
    }
}

bool channel_watch::prove(std::string_view name) {
  auto const c = std::ranges::find(outbox_.channels(), name, &channel::name);
  if (c == outbox_.channels().end()) return false;
  for (std::size_t i = 0; i < lanes_of(*c).size(); ++i) prove(*c, i, now());
  return true;
}

void channel_watch::prove(channel const& c, std::size_t receiver, wall_time now) {
  auto const lane = lanes_of(c)[receiver];
  tried_[lane] = now;
  sql::outbox_row row;
  row.channel = lane;
  row.kind = name_of(notification_kind::proof);
  row.payload = to_json(proof_of(c, now));
  row.dedup_key = fmt::format("proof/{}/{}/{}", lane, iso8601(now), ++tries_);
  row.created_at = row.next_attempt_at = now;
  sql::batch batch;
  batch.outbox.push_back(std::move(row));
  std::weak_ptr<bool> const alive = alive_;
  auto const kept = [this, alive, log = tools_.log, control = tools_.control](sql::result<> done) {
    if (!done) return log->error("a channel could not be tried: {}", done.error());
    asio::post(control, [this, alive] {
      if (!alive.expired()) outbox_.wake();
    });
  };
  if (!tools_.storage.submit(std::move(batch), kept))
    tools_.log->error("a channel could not be tried: storage is overloaded");
}

channel_health channel_watch::health_of(channel const& c, std::size_t receiver) const {
  auto const lane = lanes_of(c)[receiver];
  channel_health health{
      c.name, receiver < c.to.size() ? c.to[receiver] : std::string(), std::string(c.kind->name()), {}, 0, 0, 0};
  if (auto const before = before_.find(lane); before != before_.end()) health.proven_at = before->second;
  if (auto const done = outbox_.by_lane().find(lane); done != outbox_.by_lane().end()) {
    auto const& counts = done->second;
    health.accepted = counts.accepted;
    health.retried = counts.retried;
    health.dead = counts.dead;
    if (counts.last_accepted) health.proven_at = tools_.calendar.at(*counts.last_accepted);
  }
  return health;
}

std::vector<channel_health> channel_watch::view() const {
  std::vector<channel_health> all;
  for (auto const& c : outbox_.channels())
    for (std::size_t i = 0; i < lanes_of(c).size(); ++i) all.push_back(health_of(c, i));
  return all;
}

}  // namespace vendaval::monitor
