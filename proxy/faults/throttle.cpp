#include "proxy/faults/throttle.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <string>

namespace vendaval::faults {
namespace {

/// Counts in the window that the clock on the wall is in. Number of the window and count share one atomic, so that a
/// new window starts at nothing for everybody at once.
bool take_place(memory& mine, throttle const& t, wall_time now) {
  auto const number = static_cast<std::uint64_t>(duration(now.time_since_epoch()) / t.within) & 0xffffffff;
  auto used = mine.used.load(std::memory_order_relaxed);
  for (;;) {
    auto const count = used >> 32 == number ? used & 0xffffffff : 0;
    if (count >= t.requests) return false;
    if (mine.used.compare_exchange_weak(used, number << 32 | (count + 1), std::memory_order_relaxed)) return true;
  }
}

std::string_view code_of(throttle::words answer) {
  switch (answer) {
    case throttle::words::html403: return throttled_html;
    case throttle::words::json429: return throttled_json;
    case throttle::words::json529: break;
  }
  return overloaded_json;
}

}  // namespace

std::string http_date(wall_time at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", std::chrono::floor<std::chrono::seconds>(at));
}

void throttle::check(fault_checks& checks) const {
  if (checks.given("retry_after_as") && !retry_after)
    checks.fail("retry_after_as", "retry_after_as is given without retry_after", "add: retry_after = \"30s\"");
}

bool throttle::shape(plan& p, shaping_context& context) const {
  if (requests == 0) throw std::logic_error("a throttle that lets nothing through");
  auto const wall = context.calendar.at(context.now);
  bool const passes = window == windows::bucket ? take_token(context.mine.next, requests, within, context.now)
                                                : take_place(context.mine, *this, wall);
  if (passes) return false;
  auto turned_away = said(context, code_of(answer));
  if (retry_after) {
    auto const wait = std::chrono::ceil<std::chrono::seconds>(*retry_after);
    turned_away.headers.push_back(
        {"Retry-After", retry_after_as == form::date ? http_date(wall + wait) : std::to_string(wait.count())});
  }
  p.end = std::move(turned_away);
  return true;
}

}  // namespace vendaval::faults
