#include "proxy/faults/token.hpp"

namespace vendaval::faults {
namespace {

/// How many other credentials this client has shown before this one; nothing when the memory is full.
std::optional<std::uint64_t> rank(first_seen& seen, request_facts const& request) {
  auto const mine = dice::mix(request.client ^ dice::mix(request.credential)) | 1;
  return seen.place(mine, dice::mix(request.client ^ dice::key("credentials of")) | 1);
}

bool lifetime_over(token const& t, shaping_context const& context) {
  auto const since = context.seen().of(context.request.credential, context.now);
  if (!since) return false;
  if (!t.at_once) return context.now - *since >= t.lifetime;
  auto const round = [&](time_point at) { return (at - context.armed) / t.lifetime; };
  return round(context.now) > round(*since);
}

}  // namespace

void token::check(fault_checks& checks) const {
  auto const needs = [&](std::string_view key, when owner, std::string_view word) {
    if (checks.given(key) && expire != owner)
      checks.fail(key, std::string(key) + " does not belong to this way of expiring",
                  "it belongs to expire = \"" + std::string(word) + "\"");
  };
  needs("lifetime", when::lifetime, "lifetime");
  needs("together", when::lifetime, "lifetime");
  needs("reject_renewed", when::now, "now");
  check_code(checks, "answer", answer);
}

bool token::shape(plan& p, shaping_context& context) const {
  if (context.request.credential == 0) return false;  // there is nothing that could expire
  bool over = false;
  if (expire == when::lifetime) {
    over = lifetime_over(*this, context);
  } else {
    auto const order = rank(context.seen(), context.request);
    over = order && *order <= reject_renewed;
  }
  if (!over) return false;
  p.end = said(context, answer);
  return true;
}

}  // namespace vendaval::faults
