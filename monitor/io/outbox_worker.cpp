#include "monitor/io/outbox_worker.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/io/await.hpp"
#include "base/io/deadline.hpp"

namespace vendaval::monitor {
namespace {

using claimed = sql::result<std::vector<sql::outbox_row>>;

constexpr duration lease = 90s;  // longer than a claim's rows take, or one would go twice; a restart waits for it
constexpr int batch = 16;
constexpr duration not_waited_for = 3s;  // the database, when it has a notification to take and says nothing
constexpr duration look_again = 5s;      // for rows that fall due by themselves

}  // namespace

outbox_worker::outbox_worker(outbox_tools tools, std::vector<channel> channels)
    : tools_(std::move(tools)), channels_(std::move(channels)), sleep_(tools_.control) {
  for (auto const& c : channels_) {
    auto const names = lanes_of(c);
    for (std::size_t i = 0; i < names.size(); ++i)
      lanes_[names[i]] = {&c, names.size() > 1 ? c.to[i] : std::string(), c.kind->asks_for().peers ? names[i] : c.name};
  }
}

delivery_tally outbox_worker::counts() const {
  delivery_tally all;
  for (auto const& [lane, tally] : by_lane_) all.merge(tally);
  return all;
}

delivery_tallies outbox_worker::by_kind() const {
  delivery_tallies all;
  for (auto const& [name, tally] : by_lane_)
    if (auto const way = lanes_.find(name); way != lanes_.end())
      all[std::string(way->second.of->kind->name())].merge(tally);
  return all;
}

void outbox_worker::wake() {
  woken_ = true;
  sleep_.cancel();
}

void outbox_worker::expect(std::vector<notification> const& written) {
  for (auto const& n : written) ids_[n.fingerprint] = n.id;
}

asio::awaitable<void> outbox_worker::run() {
  for (;;) {
    woken_ = false;
    bool const more = claim_spooled();
    if (!claiming_since_) {
      claiming_since_ = tools_.time.now();
      asio::co_spawn(tools_.control, claim_stored(), asio::detached);
    }
    if (more || woken_) continue;
    sleep_.expires_after(look_again);
    co_await sleep_.async_wait(no_throw);
    auto const cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) co_return;
  }
}

std::vector<std::string> outbox_worker::busy() const {
  std::vector<std::string> names;
  for (auto const& [lane, rows] : under_way_) {
    names.push_back(lane);
    if (auto const former = former_names_.find(lane); former != former_names_.end())
      names.insert(names.end(), former->second.begin(), former->second.end());
  }
  return names;
}

/// A channel's receivers may have changed since the row was written: what waited for one that there is no more goes to
/// the first, never to nobody.
std::string outbox_worker::lane_of(sql::outbox_row const& row) const {
  if (lanes_.contains(row.channel)) return row.channel;
  auto const c = std::ranges::find(channels_, row.channel.substr(0, row.channel.find(':')), &channel::name);
  return c == channels_.end() ? row.channel : lanes_of(*c).front();
}

/// What the database does not have yet or does not give out, once it has kept us waiting. True when there was
/// something.
bool outbox_worker::claim_spooled() {
  auto const now = tools_.time.now();
  if (!spooled_) return false;
  if (!spooled_->behind())
    behind_since_.reset();
  else if (!behind_since_)
    behind_since_ = now;
  if (database_answers()) return false;
  auto rows = spooled_->notifications().claim(tools_.calendar.at(now), lease, batch, busy());
  bool const any = !rows.empty();
  hand_out(std::move(rows));
  return any;
}

bool outbox_worker::database_answers() const {
  auto const late = [now = tools_.time.now()](std::optional<time_point> since) {
    return since && now - *since >= not_waited_for;
  };
  bool const trouble = behind_since_ && spooled_->counts().trouble;
  return !unread_ && !trouble && !late(behind_since_) && !late(claiming_since_);
}

/// What is due in the database. That may take it long, and nothing else waits for it.
asio::awaitable<void> outbox_worker::claim_stored() {
  auto const now = tools_.calendar.at(tools_.time.now());
  auto const claim = [this, now, names = busy()](auto done) {
    bool const taken = tools_.storage.run(
        [done, now, names](sql::store& store) mutable { done(store.claim(now, lease, batch, names)); });
    if (!taken) done(claimed(std::unexpected(std::string("storage is overloaded"))));
  };
  auto rows = co_await await_callback<claimed>(claim);
  claiming_since_.reset();
  if (bool const first = !std::exchange(unread_, !rows); first && !rows) {
    tools_.log->error("the outbox could not be read; it is asked again, and what is known here goes out: {}",
                      rows.error());
    wake();
  }
  if (!rows || rows->empty()) co_return;
  hand_out(not_from_here(std::move(*rows)));
  wake();
}

/// Without those that went out from here, or are about to: the database was slow, or did not have the row or the mark.
std::vector<sql::outbox_row> outbox_worker::not_from_here(std::vector<sql::outbox_row> rows) {
  if (!spooled_) return rows;
  auto& here = spooled_->notifications();
  auto const now = tools_.calendar.at(tools_.time.now());
  std::vector<sql::outbox_row> left;
  for (auto& row : rows) {
    if (auto const* const fate = here.fate_of(row.dedup_key))
      settle_stored(row.id, *fate);
    else if (auto const later = here.take(row, now))
      retry_stored(row.id, "it is on its way already", *later);
    else
      left.push_back(std::move(row));
  }
  return left;
}

/// Each receiver's messages go one after the other, beside the others'.
void outbox_worker::hand_out(std::vector<sql::outbox_row> rows) {
  for (auto& row : rows) {
    auto const lane = lane_of(row);
    if (lane != row.channel) former_names_[lane].insert(row.channel);
    auto const [at, idle] = under_way_.try_emplace(lane);
    at->second.push_back(std::move(row));
    if (idle) asio::co_spawn(tools_.control, deliver_all(lane), asio::detached);
  }
}

asio::awaitable<void> outbox_worker::deliver_all(std::string name) {
  auto const way = lanes_.find(name);
  auto& rows = under_way_[name];
  for (bool taken = true; !rows.empty();) {
    auto row = std::move(rows.front());
    rows.pop_front();
    if (way == lanes_.end())
      give_up(row, nullptr, "no [[channel]] of this name is configured");
    else if (taken)
      taken = co_await deliver(std::move(row), way->second);
    else
      put_back(row);
  }
  under_way_.erase(name);
  wake();
}

}  // namespace vendaval::monitor
