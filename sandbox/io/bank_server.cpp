#include "sandbox/io/bank_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <mutex>

#include "base/io/clock.hpp"
#include "sandbox/io/io_thread.hpp"

namespace vendaval::sandbox {

namespace {
constexpr duration how_often = 100ms;  // due refreshes are looked for
}

struct bank_server::state {
  state(bank_settings s, institutions banks, webhook_post::destination app)
      : seed(s.seed),
        model(std::move(s), std::move(banks), read_timeline()),
        post(thread.io().get_executor(), std::move(app)) {}

  asio::awaitable<http_response> serve(http_request request) {
    auto answer = ask(request);
    try {
      if (answer.latency > duration{}) co_await time.sleep_for(answer.latency);
    } catch (...) {
      leave(0);
      throw;
    }
    leave(answer.response.status);
    post.send(std::move(answer.webhooks));
    co_return std::move(answer.response);
  }

  bank_answer ask(http_request const& request) {
    std::lock_guard const lock(mutex);
    ++counts.under_way;
    dice d(seed, dice::key("bank"), ordinal++);
    return model.handle(request, time.now(), d);
  }

  /// Links are refreshed by themselves.
  void pulse() {
    alarm.expires_after(how_often);
    alarm.async_wait([this](boost::system::error_code cancelled) {
      if (cancelled) return;
      post.send(due());
      pulse();
    });
  }

  std::vector<webhook> due() {
    std::lock_guard const lock(mutex);
    dice d(seed, dice::key("refresh"), ordinal++);
    return model.refresh(time.now(), d);
  }

  void leave(unsigned status) {
    std::lock_guard const lock(mutex);
    --counts.under_way;
    if (status == 0) return;
    ++counts.requests;
    ++(status < 400 ? counts.ok : status < 500 ? counts.refused : counts.broken);
  }

  std::uint64_t const seed;
  std::uint64_t ordinal = 0;
  real_clock time;
  mutable std::mutex mutex;  // the model is asked on the io thread and by whoever holds the bank_server
  bank model;
  bank_counters counts;
  io_thread thread;
  asio::steady_timer alarm{thread.io()};
  webhook_post post;
  std::uint16_t port = 0;
  std::unique_ptr<http_server> server;  // goes before the io_context
};

bank_server::bank_server(bank_settings settings, institutions banks, listen_address listen,
                         std::optional<tls_identity> tls, webhook_post::destination app) {
  settings.scheme = tls ? "https" : "http";
  state_ = std::make_unique<state>(std::move(settings), std::move(banks), std::move(app));
  http_server::settings s{.listen = std::move(listen), .tls = std::move(tls), .name = "sandbox bank"};
  auto* const self = state_.get();
  state_->server = std::make_unique<http_server>(
      state_->thread.io(), std::move(s), [self](http_request request) { return self->serve(std::move(request)); });
  state_->port = state_->server->port();
}

bank_server::~bank_server() { stop(); }

void bank_server::start() {
  if (!state_->server) return;
  state_->server->start();
  asio::post(state_->thread.io(), [self = state_.get()] { self->pulse(); });
  state_->thread.start();
}

void bank_server::stop() {
  if (!state_->server) return;
  state_->thread.finish([self = state_.get()] {
    self->server.reset();
    self->alarm.cancel();
    self->post.stop();
  });
}

std::uint16_t bank_server::port() const { return state_->port; }

bool bank_server::set_status(std::string_view institution, bank_status status) {
  std::lock_guard const lock(state_->mutex);
  return state_->model.set_status(institution, status);
}

std::vector<std::string> bank_server::links_of(std::string_view institution) const {
  std::lock_guard const lock(state_->mutex);
  return state_->model.links_of(institution);
}

bank_counters bank_server::counters() const {
  std::lock_guard const lock(state_->mutex);
  auto all = state_->counts;
  all.webhooks = state_->post.counted();
  return all;
}

}  // namespace vendaval::sandbox
