// One message on its way: sent, taken, refused, tried again, and told elsewhere.
#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

#include "base/io/await.hpp"
#include "monitor/io/outbox_worker.hpp"
#include "monitor/notify/undelivered.hpp"

namespace vendaval::monitor {
namespace {

using fate = reply::fate;

constexpr duration patience = 5min;  // then the fallback channel is told as well
constexpr duration give_up_after = 24h;
constexpr std::array<duration, 6> waits{1s, 2s, 5s, 15s, 30s, 60s};

duration backoff(std::int64_t attempts) {
  auto const i = static_cast<std::size_t>(std::max<std::int64_t>(attempts, 1) - 1);
  return waits[std::min(i, waits.size() - 1)];
}

outbound_request request_of(outgoing what, std::string ca_file) {
  outbound_request request;
  if (!what.method.empty()) request.method = std::move(what.method);
  request.url = std::move(what.url);
  request.user = std::move(what.user);
  request.password = std::move(what.password);
  request.ca_file = std::move(ca_file);
  request.timeout = 10s;
  if (what.mail_to.empty()) {
    request.headers = std::move(what.headers);
    request.body = std::move(what.body);
  } else {
    request.timeout = 20s;
    request.mail = outbound_mail{std::move(what.mail_from), std::move(what.mail_to), std::move(what.headers),
                                 std::move(what.body), std::move(what.html)};
  }
  return request;
}

}  // namespace

/// False when the receiver takes nothing now.
asio::awaitable<bool> outbox_worker::deliver(sql::outbox_row row, lane const& way) {
  auto says = letter_from(row.payload);
  if (!says) {
    give_up(row, way.of, "it was written by another version of this program");
    co_return true;
  }
  auto& pace = paces_[way.limits];
  auto const now = tools_.time.now();
  if (pace.not_before > now && too_late(row, pace.not_before)) {
    postpone(row, *way.of, pace.not_before, pace.why);
    co_return true;
  }
  auto const turn = std::max({pace.next, pace.not_before, now});
  pace.next = turn + way.of->kind->pace();
  co_await tools_.time.sleep_until(turn);
  auto const came =
      co_await say({std::move(*says), way.to, row.dedup_key, row.reference.value_or(std::string())}, *way.of);
  done(row, way, came);
  co_return came.is != fate::later;
}

/// The receiver asked us to wait for longer than this message can.
void outbox_worker::postpone(sql::outbox_row const& row, channel const& c, time_point until, std::string const& why) {
  tools_.log->warn("notification {} to {} waits for {}: {}", row.id, row.channel, for_people(until - tools_.time.now()),
                   why);
  try_again(row, why, tools_.calendar.at(until));
  tell_elsewhere(row, c, why);
}

/// Those behind one that was not taken are tried again after it.
void outbox_worker::put_back(sql::outbox_row const& row) {
  auto const at = tools_.calendar.at(tools_.time.now() + waits.front());
  try_again(row, "waits for the one before it", at);
}

/// All of what a message takes, in order; the first answer that is no is the answer.
asio::awaitable<reply> outbox_worker::say(message m, channel const& c) {
  reply last;
  for (auto& one : c.kind->send(m, c)) {
    auto const send = [this, request = request_of(std::move(one), c.ca_file)](auto done) {
      tools_.calls.send(request, std::move(done));
    };
    auto came = co_await await_callback<outbound_result>(send);
    auto next = c.kind->judge({std::move(came.error), came.status, std::move(came.headers), std::move(came.body),
                               tools_.calendar.at(tools_.time.now())});
    if (next.is != fate::accepted) co_return next;
    if (last.reference.empty()) last.reference = std::move(next.reference);
  }
  co_return last;
}

void outbox_worker::done(sql::outbox_row const& row, lane const& way, reply const& came) {
  if (came.is == fate::never) return give_up(row, way.of, came.why);
  if (came.is == fate::later) return later(row, way, came);
  auto const now = tools_.time.now();
  by_lane_[lane_of(row)].accept(tools_.calendar.at(now) - row.created_at, now);
  if (auto const id = ids_.extract(row.dedup_key)) tell_(id.mapped(), now);
  std::optional<std::string> first;
  if (!row.reference && !came.reference.empty()) first = came.reference;
  if (auto const& reference = first ? first : row.reference; spooled_ && reference)
    spooled_->notifications().remember(row, *reference);  // the next may have to go out of the spool
  settle(row, {.at = tools_.calendar.at(now), .reference = first});
}

void outbox_worker::give_up(sql::outbox_row const& row, channel const* c, std::string const& why) {
  ++by_lane_[lane_of(row)].dead;
  ids_.erase(row.dedup_key);
  tools_.log->error("notification {} to {} is given up: {}", row.id, row.channel, why);
  settle(row, {.at = tools_.calendar.at(tools_.time.now()), .error = why});
  if (c) tell_elsewhere(row, *c, why);
}

/// Known here first, so that nobody sends it again, whatever the database says of it meanwhile.
void outbox_worker::settle(sql::outbox_row const& row, sql::outbox_mark mark) {
  mark.dedup_key = row.dedup_key;
  if (spooled_) spooled_->notifications().settled(mark);
  bool const mine = spooled_outbox::is_mine(row.id);
  if (!mine) settle_stored(row.id, mark);
  // The spool may hold its row still, done or not, for the next process to find.
  if (mine || (spooled_ && spooled_->counts().spooled.count != 0))
    spooled_->keep({.outbox_marks = {std::move(mark)}}, worth::must);
}

void outbox_worker::settle_stored(std::int64_t id, sql::outbox_mark mark) {
  auto const settled = [this, alive = std::weak_ptr<bool>(alive_), control = tools_.control, id,
                        mark](sql::store& store) {
    auto const noted =
        mark.error.empty() ? store.accepted(id, mark.at, mark.reference) : store.dead(id, mark.error, mark.at);
    if (noted) return;
    asio::post(control, [this, alive, mark, why = noted.error()] {
      if (!alive.expired()) keep_mark(mark, why);
    });
  };
  if (!tools_.storage.run(settled)) keep_mark(std::move(mark), "storage is overloaded");
}

/// Else the lease would run out and the message be sent again: not while we live, but by the next process.
void outbox_worker::keep_mark(sql::outbox_mark mark, std::string const& why) {
  if (spooled_) return spooled_->keep({.outbox_marks = {std::move(mark)}}, worth::must);
  tools_.log->error("what became of a notification could not be noted: {}", why);
}

void outbox_worker::try_again(sql::outbox_row const& row, std::string const& why, wall_time at) {
  if (spooled_) spooled_->notifications().retried(row.dedup_key, why, at);
  if (!spooled_outbox::is_mine(row.id)) retry_stored(row.id, why, at);
}

/// Should this not be noted, the lease runs out, and it is tried again then.
void outbox_worker::retry_stored(std::int64_t id, std::string why, wall_time at) {
  auto const retried = [id, why = std::move(why), at](sql::store& store) { (void)store.retry(id, why, at); };
  if (!tools_.storage.run(retried))
    tools_.log->error("that a notification is to be tried again could not be noted: storage is overloaded");
}

bool outbox_worker::too_late(sql::outbox_row const& row, time_point at) const {
  return tools_.calendar.at(at) - row.created_at > patience;
}

void outbox_worker::later(sql::outbox_row const& row, lane const& way, reply const& came) {
  auto const now = tools_.time.now();
  if (tools_.calendar.at(now) - row.created_at > give_up_after)
    return give_up(row, way.of, "nobody has taken it for a day; the last word: " + came.why);
  ++by_lane_[lane_of(row)].retried;
  auto const next = now + came.wait.value_or(backoff(row.attempts));
  auto& pace = paces_[way.limits];
  if (came.wait && next > pace.not_before) pace.not_before = next, pace.why = came.why;  // it asked all of us to wait
  tools_.log->warn("notification {} to {} is tried again in {}: {}", row.id, row.channel, for_people(next - now),
                   came.why);
  try_again(row, came.why, tools_.calendar.at(next));
  if (too_late(row, next)) tell_elsewhere(row, *way.of, came.why);
}

/// What one channel does not take, another is told, once: its key says so, however often we come here. What that one
/// does not take either, its own fallback is told; a fallback is listed before, so this ends.
void outbox_worker::tell_elsewhere(sql::outbox_row const& row, channel const& c, std::string const& why) {
  auto const to = std::ranges::find(channels_, c.fallback, &channel::name);
  auto const says = letter_from(row.payload);
  if (to == channels_.end() || !says) return;
  sql::batch rows;
  for (auto const& name : lanes_of(*to)) {
    auto key = row.dedup_key + "/instead/" + name;
    if (spooled_ && spooled_->notifications().knows(key)) continue;
    sql::outbox_row other;
    other.incident_id = row.incident_id;
    other.channel = name;
    other.kind = name_of(notification_kind::undelivered);
    other.payload = to_json(undelivered(*says, c, why));
    other.dedup_key = std::move(key);
    other.created_at = other.next_attempt_at = tools_.calendar.at(tools_.time.now());
    rows.outbox.push_back(std::move(other));
  }
  if (rows.empty()) return;
  if (spooled_) return spooled_->keep(std::move(rows), worth::must, [this] { wake(); });
  auto const kept = [this, alive = std::weak_ptr<bool>(alive_), control = tools_.control,
                     log = tools_.log](sql::result<> done) {
    if (!done) return log->error("the fallback channel could not be told: {}", done.error());
    asio::post(control, [this, alive] {
      if (!alive.expired()) wake();
    });
  };
  bool const taken = tools_.storage.submit(std::move(rows), kept);
  if (!taken) tools_.log->error("the fallback channel could not be told: storage is overloaded");
}

}  // namespace vendaval::monitor
