#include "monitor/io/outbox_worker.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/io/await.hpp"
#include "base/io/deadline.hpp"

namespace vendaval::monitor {
namespace {

using claimed = sql::result<std::vector<sql::outbox_row>>;

constexpr duration lease = 90s;      // longer than pacing and timeout together, or a slow send would be sent twice
constexpr duration pace = 1s;        // Slack takes about one message a second per webhook
constexpr duration look_again = 5s;  // for rows that fall due by themselves
constexpr std::array<duration, 6> waits{1s, 2s, 5s, 15s, 30s, 60s};

duration backoff(std::int64_t attempts) {
  auto const i = static_cast<std::size_t>(std::max<std::int64_t>(attempts, 1) - 1);
  return waits[std::min(i, waits.size() - 1)];
}

duration retry_after(outbound_result const& answer, duration otherwise) {
  auto const header = find_header(answer.headers, "Retry-After");
  int seconds = 0;
  if (!header || std::from_chars(header->data(), header->data() + header->size(), seconds).ec != std::errc())
    return otherwise;
  return std::clamp<duration>(std::chrono::seconds(seconds), 1s, 1h);
}

/// What will be refused again however often it is tried.
bool permanent(unsigned status) { return status >= 400 && status < 500 && status != 408 && status != 429; }

}  // namespace

outbox_worker::outbox_worker(outbox_tools tools, std::vector<channel> channels)
    : tools_(std::move(tools)), sleep_(tools_.control) {
  for (auto& c : channels) urls_.emplace(c.name, std::move(c.url));
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
    bool const more = co_await deliver_some();
    if (more || woken_) continue;
    sleep_.expires_after(look_again);
    co_await sleep_.async_wait(no_throw);
    auto const cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) co_return;
  }
}

/// Claims what is due and sends it, one after the other. True when there may be more.
asio::awaitable<bool> outbox_worker::deliver_some() {
  constexpr int batch = 8;
  auto const now = tools_.calendar.at(tools_.time.now());
  auto const claim = [this, now](auto done) {
    bool const taken =
        tools_.storage.run([done, now](sql::store& store) mutable { done(store.claim(now, lease, batch)); });
    if (!taken) done(claimed(std::unexpected(std::string("storage is overloaded"))));
  };
  auto rows = co_await await_callback<claimed>(claim);
  if (!rows) {
    tools_.log->error("the outbox could not be read: {}", rows.error());
    co_return false;
  }
  for (auto& row : *rows) co_await deliver(std::move(row));
  co_return !rows->empty();
}

asio::awaitable<void> outbox_worker::deliver(sql::outbox_row row) {
  auto const url = urls_.find(row.channel);
  if (url == urls_.end()) {
    give_up(row, "no [[channel]] of this name is configured");
    co_return;
  }
  co_await tools_.time.sleep_until(next_allowed_[row.channel]);
  next_allowed_[row.channel] = tools_.time.now() + pace;
  outbound_request request;
  request.method = "POST";
  request.url = url->second.reveal();
  request.headers = {{"Content-Type", "application/json"}};
  request.body = row.payload;
  request.timeout = 10s;
  auto const send = [this, request = std::move(request)](auto done) { tools_.calls.send(request, std::move(done)); };
  auto const answer = co_await await_callback<outbound_result>(send);
  done(row, answer);
}

void outbox_worker::done(sql::outbox_row const& row, outbound_result const& answer) {
  auto const now = tools_.time.now();
  if (!answer.error.empty()) return later(row, answer.error, backoff(row.attempts));
  if (answer.status >= 200 && answer.status < 300) {
    ++counts_.accepted;
    if (auto const id = ids_.extract(row.dedup_key)) tell_(id.mapped(), now);
    auto const at = tools_.calendar.at(now);
    // Should this not be kept, the lease runs out and the message is sent again: twice is better than never.
    bool const taken = tools_.storage.run([id = row.id, at](sql::store& store) { (void)store.accepted(id, at); });
    if (!taken) tools_.log->error("a delivery to {} could not be noted: storage is overloaded", row.channel);
    return;
  }
  auto const why = "the receiver answered " + std::to_string(answer.status);
  if (permanent(answer.status))
    give_up(row, why);
  else
    later(row, why, retry_after(answer, backoff(row.attempts)));
}

void outbox_worker::give_up(sql::outbox_row const& row, std::string const& why) {
  ++counts_.dead;
  ids_.erase(row.dedup_key);
  tools_.log->error("notification {} to {} is given up: {}", row.id, row.channel, why);
  auto const at = tools_.calendar.at(tools_.time.now());
  bool const taken = tools_.storage.run([id = row.id, why, at](sql::store& store) { (void)store.dead(id, why, at); });
  if (!taken) tools_.log->error("that could not be noted: storage is overloaded");
}

void outbox_worker::later(sql::outbox_row const& row, std::string const& why, duration wait) {
  ++counts_.retried;
  next_allowed_[row.channel] = tools_.time.now() + wait;
  tools_.log->warn("notification {} to {} is tried again in {}: {}", row.id, row.channel, for_people(wait), why);
  auto const at = tools_.calendar.at(tools_.time.now() + wait);
  bool const taken = tools_.storage.run([id = row.id, why, at](sql::store& store) { (void)store.retry(id, why, at); });
  if (!taken) tools_.log->error("that could not be noted: storage is overloaded");
}

}  // namespace vendaval::monitor
