// Carrying out what faults::decide has planned for one request.
#include <fmt/format.h>

#include <algorithm>

#include "proxy/faults/edit_json.hpp"
#include "proxy/framing/status.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr duration longest = std::chrono::hours(24);

std::string labels_of(std::vector<std::uint64_t> const& ids, faults::armed_set const& armed) {
  std::string all;
  for (auto const id : ids) {
    auto const* const fault = faults::find(armed, id);
    if (!fault) continue;
    if (!all.empty()) all += ", ";
    all += fault->label;
  }
  return all;
}

}  // namespace

/// Where no fault has a say nothing is waited for here, so there is no coroutine: each costs a frame per request.
awaitable<bool> session::carry_out() {
  auto const& plan = turn_.plan;
  bool const untouched = plan.hold <= 0ns && std::holds_alternative<faults::plan::forward>(plan.end);
  return untouched ? proceed() : suffer();
}

awaitable<bool> session::proceed() {
  return turn_.head.form == framing::target_form::authority ? open_tunnel() : forward();
}

awaitable<bool> session::suffer() {
  auto const& plan = turn_.plan;
  if (plan.hold > 0ns) {
    auto const since = asked_at();
    make_ready(turn_.plan.end, since + std::min(plan.hold, longest));
    auto const end = co_await hold(plan.hold, since);
    if (end == hold_end::client_left) co_return give_up();
    if (end == hold_end::lifted) {
      turn_.plan.end = faults::plan::forward{};
      turn_.ready.reset();
    }
  }
  bool more = false;
  if (!std::holds_alternative<faults::plan::forward>(plan.end))
    more = co_await end_as(std::move(turn_.plan.end));
  else
    more = co_await proceed();
  client_.lie_down();  // as in hold_until(): those who were held together are answered together
  co_return more;
}

/// The upstream has answered; the client has heard nothing yet.
awaitable<bool> session::way_back() {
  auto const& back = turn_.plan.back;
  bool const untouched = back.hold <= 0ns && std::holds_alternative<faults::plan::forward>(back.end);
  return untouched ? respond() : suffer_on_way_back();
}

awaitable<bool> session::suffer_on_way_back() {
  auto& back = turn_.plan.back;
  bool lifted = !lease_now();
  if (back.hold > 0ns && !lifted) {
    auto const end = co_await hold(back.hold, worker_.now());
    if (end == hold_end::client_left) co_return give_up();
    lifted = end == hold_end::lifted;
  }
  bool more = false;
  if (lifted || std::holds_alternative<faults::plan::forward>(back.end)) {
    more = co_await respond();
  } else {
    upstream_.reset();  // what it said will never be read
    more = co_await end_as(std::move(back.end));
  }
  co_return more;
}

/// Ends the request in the upstream's place.
awaitable<bool> session::end_as(faults::plan::ending ending) {
  using plan = faults::plan;
  bool more = false;
  if (auto* const answer = std::get_if<plan::answer>(&ending))
    more = co_await inject(std::move(*answer));
  else if (std::holds_alternative<plan::vanish>(ending))
    more = co_await vanish();
  else if (std::holds_alternative<plan::reset>(ending))
    co_await end_connection(faults::delivery::goodbye::reset);
  else if (std::holds_alternative<plan::bare_close>(ending))
    co_await end_connection(faults::delivery::goodbye::bare);
  else
    co_await end_connection(faults::delivery::goodbye::polite);
  co_return more;
}

/// When the first lease of the faults that touched this request ends; nothing when one of them is gone or over.
std::optional<time_point> session::lease_now() const {
  return faults::lease_of(turn_.plan.fired, worker_.armed(), worker_.now());
}

/// When the request came, which may be before we came to it: a delay counts from there, or a burst of requests would
/// each have the time added that the others before it took.
time_point session::asked_at() const {
  auto const came = client_.came();
  return came ? std::max(*came, free_since_) : worker_.now();
}

/// Holds the request for its faults, or its answer.
awaitable<session::hold_end> session::hold(duration how_long, time_point since) {
  auto const end = since + std::min(how_long, longest);
  auto const ended = co_await hold_until(how_long == faults::until_lifted ? time_point::max() : end);
  co_return ended;
}

/// A lease that is renewed meanwhile goes on holding; one that ends, or a fault that is cleared, lets everything go on
/// clean at once.
awaitable<session::hold_end> session::hold_until(time_point end) {
  no_deadline();
  turn_.held = true;
  watch();
  client_.lie_down();  // else thousands held at the same moment would each have buffers at the same moment
  auto result = hold_end::client_left;
  while (!client_left_) {
    auto const now = worker_.now();
    auto const lease = lease_now();
    result = lease ? hold_end::over : hold_end::lifted;
    if (!lease || now >= end) break;
    result = hold_end::client_left;
    hold_.expires_at(std::min(end, *lease));
    co_await hold_.async_wait(no_throw);
  }
  turn_.held = false;
  unwatch();
  co_return result;
}

/// Puts an answer of ours together before its time has come, so that it can leave as soon as it has: of many that are
/// due at once each waits for those before it.
void session::make_ready(faults::plan::ending& ending, time_point when) {
  auto* const made = std::get_if<faults::plan::answer>(&ending);
  if (!made) return;
  auto const wall = std::chrono::system_clock::now() + (when - worker_.now());
  worker_.dialect().complete(*made, turn_.view(), std::chrono::floor<std::chrono::microseconds>(wall));
  auto ready = std::make_unique<ready_answer>();
  auto const labels = labels_of(turn_.plan.fired, worker_.armed());
  for (auto const& mark : faults::marks(worker_.shared().settings.marker, labels, true))
    ready->lines += mark.name + ": " + mark.value + "\r\n";
  std::vector<framing::field> fields;
  for (auto const& header : made->headers) {
    ready->lines += header.name + ": " + header.value + "\r\n";
    fields.push_back({header.name, header.value, {}});
  }
  ready->judged = worker_.dialect().judge(turn_.view(), {made->status, made->content_type, made->body, true, fields});
  turn_.ready = std::move(ready);
}

awaitable<bool> session::inject(faults::plan::answer made) {
  if (!turn_.ready) {
    faults::plan::ending now(std::move(made));
    make_ready(now, worker_.now());
    made = std::get<faults::plan::answer>(std::move(now));
  }
  bool const reusable = co_await drain_body();
  if (!reusable) lingering_ = true;
  turn_.keep_alive = turn_.keep_alive && reusable;
  auto const& judged = turn_.ready->judged;
  turn_.report.result = judged.result;
  turn_.report.code = code_of(judged, made.status);
  turn_.report.counts = judged.counts;
  turn_.report.injected = true;
  bool const more = co_await answer(made.status, made.content_type, turn_.ready->lines, made.body);
  co_return more;
}

/// The list as the faults want it that are still armed now that the answer is here: without the items of banks they
/// break, or with another status beside a bank.
std::optional<std::string> session::change_list(std::string_view text) {
  auto const gone = [this](auto const& wish) {
    return !faults::lease_of(std::span(&wish.fault, 1), worker_.armed(), worker_.now());
  };
  auto& plan = turn_.plan;
  std::erase_if(plan.leave_out, gone);
  std::erase_if(plan.relisted, gone);
  std::optional<std::string> changed;
  std::vector<std::uint64_t> ids;
  if (!plan.leave_out.empty()) {
    std::vector<std::string> banks;
    for (auto const& wish : plan.leave_out) banks.push_back(wish.institution);
    if ((changed = worker_.dialect().without(text, banks)))
      for (auto const& wish : plan.leave_out) ids.push_back(wish.fault);
  }
  if (!plan.relisted.empty())
    if (auto relisted = worker_.dialect().relisted(changed ? *changed : text, plan.relisted)) {
      changed = std::move(relisted);
      for (auto const& wish : plan.relisted) ids.push_back(wish.fault);
    }
  if (!changed) return std::nullopt;
  std::ranges::copy(ids, std::back_inserter(turn_.report.touched_by));
  mark_answer(ids);
  return changed;
}

/// The bank's answer with the changes that a fault makes to its JSON, if that fault is still armed.
std::optional<std::string> session::edit(std::string_view text) {
  if (turn_.plan.edits.empty() || !lease_now()) return std::nullopt;
  auto const ours = origin_for_client();
  auto const here = (ours.empty() ? turn_.place->origin : ours) + std::string(turn_.head.target);
  auto changed = faults::edit_json(text, turn_.plan.edits, here);
  if (changed) mark_answer(turn_.plan.fired);
  return changed;
}

/// Says in the bank's own answer which faults changed it.
void session::mark_answer(std::vector<std::uint64_t> const& ids) {
  if (!turn_.marks.empty()) return;
  for (auto const& mark : faults::marks(worker_.shared().settings.marker, labels_of(ids, worker_.armed()), false))
    turn_.marks.push_back({fmt::format("{}: {}", mark.name, mark.value), mark.name.size()});
  for (auto const& [line, name] : turn_.marks)
    answer_.fields.push_back({std::string_view(line).substr(0, name), {}, line});
}

/// Not a word until the fault is lifted, as if the host had died; then the truth. A request that went on now would come
/// as a surprise.
awaitable<bool> session::vanish() {
  auto const end = co_await hold(faults::until_lifted, worker_.now());
  if (end == hold_end::client_left) co_return give_up();
  co_await end_connection(faults::delivery::goodbye::reset);
  co_return false;
}

awaitable<void> session::end_connection(faults::delivery::goodbye how) {
  using goodbye = faults::delivery::goodbye;
  settle(outcome::network);
  turn_.report.injected = true;
  if (how == goodbye::reset) {
    over_ = true;
    client_.reset();
    co_return;
  }
  // Bytes left unread would turn the FIN into an RST when the socket closes.
  bool const drained = co_await drain_body();
  if (how == goodbye::bare || !drained) client_.shut();
  over_ = drained && how == goodbye::bare;
  lingering_ = !drained;
}

/// Connections that a fault limits in their age: the clock runs from their accept, whatever the traffic does.
void session::limit_life() {
  if (!turn_.plan.lifetime) return;
  dies_at_ = std::min(dies_at_, accepted_ + *turn_.plan.lifetime);
  dies_of_ = turn_.plan.fired;
}

void session::die_of_age(time_point now) {
  dies_at_ = time_point::max();
  if (!faults::lease_of(dies_of_, worker_.armed(), now)) return;
  cut_ = over_ = true;
  if (turn_.open) settle(outcome::network);
  client_.reset();
  hold_.cancel();
  if (upstream_) upstream_->abort();
}

}  // namespace vendaval::io
