#include "proxy/faults/throttle.hpp"

#include <stdexcept>
#include <string>

namespace vendaval::faults {
namespace {

/// Takes one token if there is one. GCRA: the atomic holds the instant at which the bucket will be full again; each
/// token moves it on by one step, and a bucket that is more than a burst away from full is empty.
bool take_token(meter& bucket, throttle const& t, time_point now) {
  auto const at = now.time_since_epoch().count();
  auto const step = t.per.count() / t.requests;
  auto const burst = step * (t.requests - 1);
  auto full = bucket.next.load(std::memory_order_relaxed);
  for (;;) {
    auto const from = full > at ? full : at;
    if (from - at > burst) return false;
    if (bucket.next.compare_exchange_weak(full, from + step, std::memory_order_relaxed)) return true;
  }
}

}  // namespace

bool throttle::shape(plan& p, shaping_context& context) const {
  if (requests == 0) throw std::logic_error("a throttle that lets nothing through");
  if (take_token(context.bucket, *this, context.now)) return false;
  auto const code = answer == words::html403 ? throttled_html : throttled_json;
  auto turned_away = context.shapes.error(code, hex32(context.roll));
  if (!turned_away) throw std::logic_error("the dialect cannot say " + std::string(code));
  if (retry_after)
    turned_away->headers.push_back(
        {"Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(*retry_after).count())});
  p.end = *std::move(turned_away);
  return true;
}

}  // namespace vendaval::faults
