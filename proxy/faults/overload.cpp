#include "proxy/faults/overload.hpp"

#include <fmt/format.h>

namespace vendaval::faults {

void overload::check(fault_checks& checks) const {
  if (service_p99 < service_p50)
    checks.fail("service_p99",
                fmt::format("service_p99 = {} is less than service_p50 = {}", show(service_p99), show(service_p50)),
                {});
}

bool overload::shape(plan& p, shaping_context& context) const {
  constexpr std::array codes{exhausted_json, throttled_json, overloaded_json};
  auto const work = lognormal(context.roll, service_p50, service_p99);
  if (auto const visit = context.mine.bank.take(workers, work, patience, context.now)) {
    p.hold = together(p.hold, visit->waits + work);
    return true;
  }
  p.end = said(context, codes[static_cast<std::size_t>(answer)]);
  return true;
}

}  // namespace vendaval::faults
