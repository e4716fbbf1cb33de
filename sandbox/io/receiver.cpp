#include "sandbox/io/receiver.hpp"

#include <deque>
#include <mutex>

#include "base/io/clock.hpp"
#include "sandbox/io/io_thread.hpp"

namespace vendaval::sandbox {

struct receiver::state {
  asio::awaitable<http_response> serve(http_request request) {
    http_response answer{.status = 200, .body = "ok", .content_type = "text/plain; charset=utf-8", .headers = {}};
    if (request.method != "POST") {
      answer.status = 405, answer.body = "send a message with POST";
      co_return answer;
    }
    auto const message = take(std::move(request), answer);
    if (on_message) on_message(message);
    co_return answer;
  }

  received_message take(http_request request, http_response& answer) {
    std::lock_guard const lock(mutex);
    if (bad_times > 0) {
      --bad_times;
      answer.status = bad_status, answer.body = bad_status == 429 ? "rate_limited" : "not now";
      if (retry_after) answer.headers.push_back({"Retry-After", std::to_string(*retry_after)});
    }
    received_message message{time.now(), std::string(request.path()), std::move(request.body), answer.status};
    kept.push_back(message);
    constexpr std::size_t most = 1000;
    if (kept.size() > most) kept.pop_front();
    return message;
  }

  real_clock time;
  listener on_message;
  mutable std::mutex mutex;
  std::deque<received_message> kept;
  unsigned bad_status = 500, bad_times = 0;
  std::optional<unsigned> retry_after;
  io_thread thread;
  std::uint16_t port = 0;
  std::unique_ptr<http_server> server;
};

receiver::receiver(listen_address listen, std::optional<tls_identity> tls, listener on_message)
    : state_(std::make_unique<state>()) {
  state_->on_message = std::move(on_message);
  http_server::settings s{.listen = std::move(listen), .tls = std::move(tls), .name = "receiver"};
  auto* const self = state_.get();
  state_->server = std::make_unique<http_server>(
      state_->thread.io(), std::move(s), [self](http_request request) { return self->serve(std::move(request)); });
  state_->port = state_->server->port();
}

receiver::~receiver() { stop(); }

void receiver::start() {
  if (!state_->server) return;
  state_->server->start();
  state_->thread.start();
}

void receiver::stop() {
  if (!state_->server) return;
  state_->thread.finish([self = state_.get()] { self->server.reset(); });
}

std::uint16_t receiver::port() const { return state_->port; }

void receiver::misbehave(unsigned status, unsigned times, std::optional<unsigned> retry_after_seconds) {
  std::lock_guard const lock(state_->mutex);
  state_->bad_status = status, state_->bad_times = times, state_->retry_after = retry_after_seconds;
}

std::vector<received_message> receiver::messages() const {
  std::lock_guard const lock(state_->mutex);
  return {state_->kept.begin(), state_->kept.end()};
}

}  // namespace vendaval::sandbox
