// Carrying out what faults::decide has planned for one request.
#include <fmt/format.h>

#include <algorithm>

#include "proxy/framing/status.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr duration longest = std::chrono::hours(24);

faults::armed_fault const* find(faults::armed_set const& armed, std::uint64_t id) {
  auto const at = std::ranges::find(armed.faults, id, &faults::armed_fault::id);
  return at == armed.faults.end() ? nullptr : &*at;
}

/// When the first lease of these faults ends; nothing when one of them is gone or over.
std::optional<time_point> lease_of(std::vector<std::uint64_t> const& ids, faults::armed_set const& armed,
                                   time_point now) {
  auto end = time_point::max();
  for (auto const id : ids) {
    auto const* const fault = find(armed, id);
    if (!fault || now >= fault->expires) return std::nullopt;
    end = std::min(end, fault->expires);
  }
  return end;
}

std::string labels_of(std::vector<std::uint64_t> const& ids, faults::armed_set const& armed) {
  std::string all;
  for (auto const id : ids) {
    auto const* const fault = find(armed, id);
    if (!fault) continue;
    if (!all.empty()) all += ", ";
    for (char const c : fault->label) all += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return all;
}

}  // namespace

awaitable<bool> session::carry_out() {
  using plan = faults::plan;
  if (turn_.plan.hold > 0ns) {
    auto const end = co_await hold();
    if (end == hold_end::client_left) {
      settle(outcome::client_gone);
      turn_.report.injected = true;
      co_return false;
    }
    if (end == hold_end::lifted) turn_.plan.end = plan::forward{};
  }
  if (auto* const answer = std::get_if<plan::answer>(&turn_.plan.end)) {
    bool const more = co_await inject(std::move(*answer));
    co_return more;
  }
  bool const refuse = std::holds_alternative<plan::refuse>(turn_.plan.end);
  if (refuse || std::holds_alternative<plan::reset>(turn_.plan.end)) {
    bool const more = co_await end_connection(!refuse);
    co_return more;
  }
  bool more = false;
  if (turn_.head.form == framing::target_form::authority)
    more = co_await open_tunnel();
  else
    more = co_await forward();
  co_return more;
}

/// Holds the request for its faults. A lease that is renewed meanwhile goes on holding; one that ends, or a fault that
/// is cleared, lets the request go on clean at once.
awaitable<session::hold_end> session::hold() {
  auto const end = worker_.now() + std::min(turn_.plan.hold, longest);
  no_deadline();
  turn_.held = true;
  watch();
  auto result = hold_end::client_left;
  while (!client_left_) {
    auto const now = worker_.now();
    auto const lease = lease_of(turn_.plan.fired, worker_.armed(), now);
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

awaitable<bool> session::inject(faults::plan::answer made) {
  worker_.dialect().complete(made, turn_.view(),
                             std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  bool const reusable = co_await drain_body();
  if (!reusable) lingering_ = true;
  turn_.keep_alive = turn_.keep_alive && reusable;
  std::string extra;
  if (worker_.shared().settings.mark_injected)
    extra += fmt::format("X-Vendaval-Fault: {}\r\n", labels_of(turn_.plan.fired, worker_.armed()));
  for (auto const& header : made.headers) extra += fmt::format("{}: {}\r\n", header.name, header.value);
  std::vector<framing::field> fields;
  for (auto const& header : made.headers) fields.push_back({header.name, header.value, {}});
  auto const judged = worker_.dialect().judge(turn_.view(), {made.status, made.content_type, made.body, true, fields});
  turn_.report.result = judged.result;
  turn_.report.code = judged.code;
  turn_.report.counts = judged.counts;
  turn_.report.injected = true;
  bool const more = co_await answer(made.status, made.content_type, extra, made.body);
  co_return more;
}

/// The list without the items of banks that a fault breaks, if that fault is still armed now that the answer is here.
std::optional<std::string> session::leave_out(std::string_view text) {
  std::vector<std::string> banks;
  std::vector<std::uint64_t> ids;
  for (auto const& [institution, fault] : turn_.plan.leave_out) {
    if (!lease_of({fault}, worker_.armed(), worker_.now())) continue;
    banks.push_back(institution);
    ids.push_back(fault);
  }
  if (banks.empty()) return std::nullopt;
  auto changed = worker_.dialect().without(text, banks);
  if (!changed) return std::nullopt;
  turn_.report.touched_by = ids;
  if (worker_.shared().settings.mark_injected) {
    turn_.mark = fmt::format("X-Vendaval-Fault: {}", labels_of(ids, worker_.armed()));
    answer_.fields.push_back({"X-Vendaval-Fault", {}, turn_.mark});
  }
  return changed;
}

awaitable<bool> session::end_connection(bool with_reset) {
  settle(outcome::network);
  turn_.report.injected = true;
  over_ = true;
  if (with_reset) {
    client_.reset();
    co_return false;
  }
  // Bytes left unread would turn the FIN into an RST when the socket closes.
  over_ = false;
  bool const drained = co_await drain_body();
  client_.shut();
  over_ = drained;
  lingering_ = !drained;
  co_return false;
}

}  // namespace vendaval::io
