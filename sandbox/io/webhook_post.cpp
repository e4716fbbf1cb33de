#include "sandbox/io/webhook_post.hpp"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>

#include "base/io/await.hpp"
#include "base/io/outbound.hpp"

namespace vendaval::sandbox {
namespace {

constexpr std::size_t most_under_way = 1000;
constexpr int attempts = 3;
constexpr duration patience = 5s, first_pause = 1s;

}  // namespace

struct webhook_post::state {
  state(asio::any_io_executor e, destination d) : executor(std::move(e)), to(std::move(d)) {}

  asio::awaitable<bool> attempt(std::string body) {
    outbound_request r;
    r.method = "POST";
    r.url = to.url;
    r.headers = {{"Content-Type", "application/json"}};
    r.body = std::move(body);
    r.timeout = r.connect_timeout = patience;
    r.ca_file = to.ca_file;
    auto const seen = co_await await_callback<outbound_result>(
        [this, r = std::move(r)](auto done) mutable { calls->send(std::move(r), std::move(done)); });
    co_return seen.error.empty() && seen.status >= 200 && seen.status < 300;
  }

  asio::awaitable<void> pause(duration how_long) {
    asio::steady_timer alarm(executor, how_long);
    pauses.insert(&alarm);
    co_await alarm.async_wait(asio::as_tuple(asio::use_awaitable));
    pauses.erase(&alarm);
  }

  asio::awaitable<void> deliver(std::string body) {
    bool had = false;
    for (int i = 0; i < attempts && !had && !stopping; ++i) {
      if (i > 0) co_await pause(first_pause * (1 << (i - 1)));
      if (!stopping) had = co_await attempt(body);
    }
    ++(had ? taken : given_up);
    --under_way;
  }

  asio::any_io_executor executor;
  destination to;
  std::unique_ptr<outbound> calls = std::make_unique<outbound>();
  std::set<asio::steady_timer*> pauses;
  std::size_t under_way = 0;
  bool stopping = false;
  std::atomic<std::uint64_t> taken{0}, given_up{0};
};

webhook_post::webhook_post(asio::any_io_executor executor, destination to)
    : state_(std::make_unique<state>(std::move(executor), std::move(to))) {}

webhook_post::~webhook_post() = default;

void webhook_post::send(std::vector<webhook> all) {
  auto& s = *state_;
  if (s.to.url.empty() || s.stopping) return;
  for (auto& one : all) {
    if (s.under_way >= most_under_way) {
      ++s.given_up;
      continue;
    }
    ++s.under_way;
    asio::co_spawn(s.executor, s.deliver(std::move(one.body)), [](std::exception_ptr) {});
  }
}

void webhook_post::stop() {
  auto& s = *state_;
  s.stopping = true;
  for (auto* const alarm : s.pauses) alarm->cancel();
  s.calls.reset();  // what is under way ends with an error
}

webhook_post::counters webhook_post::counted() const { return {state_->taken, state_->given_up}; }

}  // namespace vendaval::sandbox
