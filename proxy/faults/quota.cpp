#include "proxy/faults/quota.hpp"

#include "base/time.hpp"

namespace vendaval::faults {
namespace {

/// Months since year 0 in Brasília, which has had no summer time since 2019.
std::uint64_t month_of(wall_time at) {
  std::chrono::year_month_day const day(std::chrono::floor<std::chrono::days>(at - 3h));
  return static_cast<std::uint64_t>(static_cast<int>(day.year())) * 12 + static_cast<unsigned>(day.month());
}

}  // namespace

void quota::check(fault_checks& checks) const { check_code(checks, "answer", answer); }

bool quota::shape(plan& p, shaping_context& context) const {
  auto const& request = context.request;
  auto const who = request.subject != 0 ? request.subject : request.client;
  auto const month = month_of(context.calendar.at(context.now));
  auto const key = dice::mix(dice::mix(who ^ dice::key(request.route)) ^ month) | 1;
  auto const before = context.seen().count(key);
  if (!before || *before < calls) return false;
  p.end = said(context, answer);
  return true;
}

}  // namespace vendaval::faults
