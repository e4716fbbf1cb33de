#include "proxy/io/webhook_relay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/ascii.hpp"
#include "base/institution.hpp"
#include "base/io/await.hpp"
#include "base/io/http_server.hpp"
#include "base/io/outbound.hpp"
#include "proxy/faults/decide_webhook.hpp"
#include "proxy/faults/decision.hpp"

namespace vendaval {
namespace {

constexpr duration farewell = 2s;  // for what still goes out at the end

/// Fields that are about the connection they came on, or that whoever sends it on writes anew.
bool of_connection(std::string_view name) {
  constexpr std::array<std::string_view, 8> own{"connection", "keep-alive", "transfer-encoding", "content-length",
                                                "host",       "te",         "upgrade",           "expect"};
  return std::ranges::any_of(own, [name](std::string_view one) { return same_name(one, name); });
}

}  // namespace

struct webhook_relay::state {
  state(webhook_settings s, link& p)
      : settings(std::move(s)),
        path(p),
        dialect(settings.make_dialect()),
        server(std::make_unique<http_server>(
            io,
            http_server::settings{
                .listen = settings.listen, .tls = settings.tls, .name = "the way in for webhooks", .log = settings.log},
            [this](http_request r) { return take(std::move(r)); })),
        port(server->port()) {}

  asio::awaitable<http_response> take(http_request request) {
    auto const said = read(request);
    std::string const bank = said ? said->institution : std::string(unknown_institution);
    auto const plan = aim(said);
    if (plan.drop || plan.hold > 0ns) {
      count(bank, plan.drop ? &webhook_counts::dropped : &webhook_counts::held);
      if (!plan.drop) asio::co_spawn(io, deliver_later(std::move(request), bank, plan), unheard);
      http_response taken;
      taken.content_type = "text/plain";
      co_return taken;
    }
    for (std::uint32_t i = 0; i < plan.copies; ++i) asio::co_spawn(io, deliver(request), unheard);
    auto answer = co_await pass_on(std::move(request));
    count(bank, had(answer) ? &webhook_counts::passed : &webhook_counts::refused);
    co_return answer;
  }

  std::optional<dialects::webhook> read(http_request const& request) {
    try {
      return dialect->read_webhook(request.body);
    } catch (std::exception const& e) {
      complain(e.what());
      return std::nullopt;  // never touched
    }
  }

  /// What the armed faults make of it; one that they have in reach is reported.
  faults::webhook_plan aim(std::optional<dialects::webhook> const& said) {
    if (armed->faults.empty() || !said) return {};
    faults::webhook_plan plan;
    faults::decision kept;
    try {
      auto const subject = said->link.empty() ? 0 : dice::key(said->link) | 1;
      plan = faults::decide_webhook({std::span(&said->institution, 1), said->type, said->code, subject}, *armed,
                                    ordinals, now(), &kept);
      if (plan.hold > 0ns && held.size() >= settings.most_held) plan = {.in_doubt = true};
    } catch (std::exception const& e) {
      plan = {.in_doubt = true};
      complain(e.what());
    }
    if (plan.in_doubt) doubts.fetch_add(1, std::memory_order_relaxed), complain("a fault could not be decided");
    if (kept.considered.empty()) return plan;
    exchange report;
    report.institution = no_institution;  // no call of the app's: it weighs on no bank
    report.counts = weight::neither;
    report.arrived = report.ended = now();
    report.touched_by = plan.fired;
    report.injected = !plan.untouched();
    report.decided = std::make_shared<faults::decision const>(std::move(kept));
    std::scoped_lock const alone(lock);
    reports.push_back(std::move(report));
    return plan;
  }

  /// Until its time has come, its fault ends, or we do.
  asio::awaitable<void> hold(faults::webhook_plan const& plan) {
    asio::steady_timer alarm(io);
    held.insert(&alarm);
    auto const end = plan.hold == faults::until_lifted ? time_point::max() : now() + plan.hold;
    for (;;) {
      auto const lease = faults::lease_of(plan.fired, *armed, now());
      if (!lease || now() >= end || stopping) break;
      alarm.expires_at(std::min(end, *lease));
      co_await alarm.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    held.erase(&alarm);
  }

  asio::awaitable<void> deliver_later(http_request request, std::string bank, faults::webhook_plan plan) {
    co_await hold(plan);
    for (std::uint32_t i = 0; i < plan.copies; ++i) asio::co_spawn(io, deliver(request), unheard);
    auto const taken = co_await deliver(std::move(request));
    count(bank, taken ? &webhook_counts::released : &webhook_counts::refused);
  }

  /// Passes on what its sender believes to have been taken: nobody waits for the answer. Did the app have it?
  asio::awaitable<bool> deliver(http_request request) {
    auto const answer = co_await pass_on(std::move(request));
    if (!had(answer)) complain(fmt::format("the app answered {} to a webhook", answer.status));
    co_return had(answer);
  }

  static constexpr auto unheard = [](std::exception_ptr, auto...) {};
  static bool had(http_response const& answer) { return answer.status >= 200 && answer.status < 300; }

  void count(std::string const& bank, std::uint64_t webhook_counts::* what) {
    std::scoped_lock const alone(lock);
    ++(tally[bank].*what);
  }

  asio::awaitable<http_response> pass_on(http_request request) {
    outbound_request on;
    on.method = request.method;
    on.url = settings.app + request.target;
    on.body = std::move(request.body);
    on.ca_file = settings.ca_file;
    for (auto& header : request.headers)
      if (!of_connection(header.name)) on.headers.push_back(std::move(header));
    auto result = co_await await_callback<outbound_result>(
        [this, on = std::move(on)](auto done) mutable { calls.send(std::move(on), std::move(done)); });
    http_response answer;
    answer.status = result.error.empty() ? result.status : 502;
    answer.body = result.error.empty() ? std::move(result.body) : "the app cannot be reached: " + result.error + "\n";
    answer.content_type = result.error.empty() ? "" : "text/plain";
    for (auto& header : result.headers) {
      if (same_name(header.name, "Content-Type"))
        answer.content_type = header.value;
      else if (!of_connection(header.name) && !same_name(header.name, "Server") && !same_name(header.name, "Date"))
        answer.headers.push_back(std::move(header));
    }
    co_return answer;
  }

  void adopt(std::shared_ptr<faults::armed_set const> fresh) {
    if (fresh->epoch <= armed->epoch) return;
    if (fresh->seed != armed->seed) ordinals.reset();  // a new run
    armed = std::move(fresh);
    for (auto* const alarm : held) alarm->cancel();
  }

  void complain(std::string const& what) const {
    if (settings.log) settings.log->warn("webhooks: {}", what);
  }
  static time_point now() { return std::chrono::steady_clock::now(); }

  webhook_settings settings;
  bool const speaks_tls = settings.tls.has_value();
  link& path;
  std::unique_ptr<dialects::dialect> dialect;
  std::shared_ptr<faults::armed_set const> armed = std::make_shared<faults::armed_set const>();
  faults::ordinals ordinals;
  std::set<asio::steady_timer*> held;
  bool stopping = false;
  std::atomic<std::uint64_t> doubts{0};
  std::mutex mutable lock;  // for the reports and the tally
  std::vector<exchange> reports;
  webhooks_by_bank tally;
  asio::io_context io{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{io.get_executor()};
  outbound calls;
  std::unique_ptr<http_server> server;
  std::uint16_t const port;
  std::promise<void> ended;
  std::thread thread;
};

webhook_relay::webhook_relay(webhook_settings s, link& path) : state_(std::make_unique<state>(std::move(s), path)) {}

webhook_relay::~webhook_relay() { stop(); }

void webhook_relay::start() {
  state_->server->start();
  state_->thread = std::thread([&s = *state_] {
    s.io.run();
    s.ended.set_value();
  });
}

/// Nothing more comes in, and what is held goes out.
void webhook_relay::stop() {
  auto& s = *state_;
  if (!s.thread.joinable()) return;
  asio::post(s.io, [&s] {
    s.stopping = true;
    s.server.reset();
    for (auto* const alarm : s.held) alarm->cancel();
    s.work.reset();
  });
  s.ended.get_future().wait_for(farewell);
  s.io.stop();
  s.thread.join();
}

std::uint16_t webhook_relay::port() const { return state_->port; }

void webhook_relay::check(terms const& fresh) const {
  if (fresh.tls.has_value() != state_->speaks_tls)
    throw std::runtime_error("the way in for webhooks cannot turn TLS on or off while it runs: restart it");
  if (fresh.tls) (void)server_context(*fresh.tls);
  if (!fresh.ca_file.empty()) (void)client_context({.ca_file = fresh.ca_file, .identity = {}, .pin = {}});
}

void webhook_relay::reload(terms fresh) {
  check(fresh);
  asio::post(state_->io, [&s = *state_, fresh = std::move(fresh)] {
    if (!s.server) return;  // it is ending
    try {
      if (fresh.tls) s.server->present(*fresh.tls);
      s.settings.ca_file = fresh.ca_file;
    } catch (std::exception const& e) {  // changed between the check and now
      s.complain(e.what());
    }
  });
}

void webhook_relay::learn(std::vector<dialects::learned> facts) {
  asio::post(state_->io, [&s = *state_, facts = std::move(facts)] { s.dialect->remember(facts); });
}

void webhook_relay::publish(std::shared_ptr<faults::armed_set const> armed) {
  state_->path.publish(armed);
  auto const taken = std::make_shared<std::promise<void>>();
  asio::post(state_->io, [&s = *state_, armed = std::move(armed), taken] {
    s.adopt(armed);
    taken->set_value();
  });
  // So that after a kill has returned no new effect starts anywhere (S3).
  if (state_->thread.joinable()) taken->get_future().wait_for(100ms);
}

std::vector<exchange> webhook_relay::drain() {
  auto all = state_->path.drain();
  std::scoped_lock const alone(state_->lock);
  std::ranges::move(state_->reports, std::back_inserter(all));
  state_->reports.clear();
  return all;
}

std::vector<flight> webhook_relay::flights() { return state_->path.flights(); }

path_counts webhook_relay::counts() const {
  auto now = state_->path.counts();
  now.pass_through += state_->doubts.load(std::memory_order_relaxed);
  std::scoped_lock const alone(state_->lock);
  now.webhooks = state_->tally;
  return now;
}

}  // namespace vendaval
