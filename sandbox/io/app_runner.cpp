#include "sandbox/io/app_runner.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <deque>
#include <mutex>

#include "base/io/clock.hpp"
#include "base/io/outbound.hpp"
#include "sandbox/app/directory.hpp"
#include "sandbox/io/io_thread.hpp"

namespace vendaval::sandbox {

struct app_runner::state {
  state(app_settings s, institutions k, app_runner_options o, breaker_listener listener)
      : settings(std::move(s)), known(std::move(k)), options(std::move(o)), on_breaker(std::move(listener)) {
    while (options.base_url.ends_with('/')) options.base_url.pop_back();
  }

  // Everything below runs on the io thread, but look().
  void learn_next();
  void learned(outbound_result const& result);
  void begin();
  void step();
  void send(app_call call);
  void report(breaker_event const& event);
  void wake_at(time_point when, void (state::*then)());
  outbound_request request_to_api(std::string const& method, std::string const& target, std::string body) const;
  void call_out(outbound_request request, std::function<void(outbound_result)> done);
  app_view look() const;

  app_settings const settings;
  institutions const known;
  app_runner_options options;
  breaker_listener const on_breaker;
  timeline const calendar = read_timeline();
  real_clock time;

  mutable std::mutex mutex;  // guards what look() reads
  std::optional<simulated_app> app;
  std::string trouble = "has not asked the API for its links yet";
  std::uint64_t reports_failed = 0;

  directory banks;
  std::deque<std::string> to_learn{"/api/institutions/", "/api/links/"};
  io_thread thread;
  asio::steady_timer alarm{thread.io()};
  std::optional<outbound> calls;  // goes first: its last words are posted to the io_context
};

void app_runner::state::call_out(outbound_request request, std::function<void(outbound_result)> done) {
  calls->send(std::move(request), [this, done = std::move(done)](outbound_result result) {
    asio::post(thread.io(), [done, result = std::move(result)]() mutable { done(std::move(result)); });
  });
}

outbound_request app_runner::state::request_to_api(std::string const& method, std::string const& target,
                                                   std::string body) const {
  outbound_request r;
  r.method = method;
  r.url = options.base_url + target;
  r.headers = {{"Accept", "application/json"}, {"X-Client-Instance", settings.instance}};
  if (!body.empty()) r.headers.push_back({"Content-Type", "application/json"});
  r.body = std::move(body);
  r.timeout = settings.timeout;
  r.connect_timeout = settings.timeout;
  r.ca_file = options.ca_file;
  r.user = settings.secret_id;
  r.password = secret(settings.secret_password);
  return r;
}

void app_runner::state::wake_at(time_point when, void (state::*then)()) {
  alarm.expires_at(when);
  alarm.async_wait([this, then](boost::system::error_code error) {
    if (!error) (this->*then)();
  });
}

void app_runner::state::learn_next() {
  if (to_learn.empty()) return begin();
  call_out(request_to_api("GET", to_learn.front(), {}), [this](outbound_result r) { learned(r); });
}

void app_runner::state::learned(outbound_result const& result) {
  std::string reason;
  if (!result.error.empty()) {
    reason = result.error;
  } else if (result.status != 200) {
    reason = fmt::format("the API answered {} {}", result.status, error_code_of(result.body));
  } else {
    try {
      auto next = learn_page(banks, known, result.body);
      to_learn.pop_front();
      if (next) to_learn.push_front(std::move(*next));
      return learn_next();
    } catch (std::exception const& wrong) {
      reason = wrong.what();
    }
  }
  {
    std::lock_guard const lock(mutex);
    trouble = fmt::format("cannot read {}{}: {}", options.base_url, to_learn.front(), reason);
  }
  wake_at(time.now() + 1s, &state::learn_next);
}

void app_runner::state::begin() {
  {
    std::lock_guard const lock(mutex);
    app.emplace(settings, std::move(banks), calendar, time.now());
    trouble.clear();
  }
  step();
}

void app_runner::state::step() {
  std::vector<app_call> due;
  std::vector<breaker_event> changes;
  time_point next;
  {
    std::lock_guard const lock(mutex);
    due = app->due(time.now());
    changes = app->take_events();
    next = app->next_due();
  }
  for (auto& call : due) send(std::move(call));
  for (auto const& change : changes) report(change);
  wake_at(next, &state::step);
}

void app_runner::state::send(app_call call) {
  auto const& r = call.request;
  call_out(request_to_api(r.method, r.target, r.body), [this, id = call.id](outbound_result result) {
    constexpr duration grain = 20ms;  // libcurl counts milliseconds and may end a little early
    bool const answered = result.error.empty();
    bool const patience_ended = !answered && result.took + grain >= settings.timeout;
    call_result const seen{answered, patience_ended, result.status, std::move(result.body)};
    {
      std::lock_guard const lock(mutex);
      app->completed(id, seen, time.now());
    }
    step();
  });
}

void app_runner::state::report(breaker_event const& event) {
  if (on_breaker) on_breaker(event);
  if (options.report_breaker_to.empty()) return;
  outbound_request r;
  r.method = "POST";
  r.url = options.report_breaker_to;
  r.headers = {{"Content-Type", "application/json"}, {"X-Client-Instance", settings.instance}};
  if (!options.report_token.empty()) r.headers.push_back({"Authorization", "Bearer " + options.report_token.reveal()});
  r.body = boost::json::serialize(boost::json::object{
      {"institution", event.institution}, {"state", word(event.state)}, {"at", iso8601(calendar.at(event.at))}});
  r.timeout = 5s;
  r.ca_file = options.ca_file;
  call_out(std::move(r), [this](outbound_result result) {
    if (result.error.empty() && result.status < 300) return;
    std::lock_guard const lock(mutex);
    ++reports_failed;
  });
}

app_view app_runner::state::look() const {
  std::lock_guard const lock(mutex);
  app_view view{app.has_value(), trouble, {}, {}, reports_failed};
  if (!app) return view;
  for (auto const& institution : settings.institutions) {
    view.statistics[institution] = app->statistics(institution);
    view.breakers[institution] = app->breaker(institution);
  }
  return view;
}

app_runner::app_runner(app_settings settings, institutions known, app_runner_options options,
                       breaker_listener on_breaker)
    : state_(
          std::make_unique<state>(std::move(settings), std::move(known), std::move(options), std::move(on_breaker))) {}

app_runner::~app_runner() { stop(); }

void app_runner::start() {
  if (state_->calls) return;
  state_->calls.emplace();
  asio::post(state_->thread.io(), [self = state_.get()] { self->learn_next(); });
  state_->thread.start();
}

void app_runner::stop() {
  state_->thread.halt();
  state_->calls.reset();
}

app_view app_runner::look() const { return state_->look(); }

}  // namespace vendaval::sandbox
