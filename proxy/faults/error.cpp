#include "proxy/faults/error.hpp"

#include <fmt/format.h>

namespace vendaval::faults {

void error::check(fault_checks& checks) const {
  if (answers.empty())
    checks.fail("answers", "an error fault must say which errors it answers",
                fmt::format("for example: answers = [\"{}\"]",
                            checks.error_codes.empty() ? "institution_down" : checks.error_codes.front()));
  check_codes(checks, "answers", answers);
  check_shares(checks, shares, answers.size(), "answers");
  if (after_p99 > 0ms && after_p99 < after)
    checks.fail("after_p99", fmt::format("after_p99 = {} is less than after = {}", show(after_p99), show(after)),
                "99 % of the answers come within after_p99, half of them within after");
  if (checks.given("after_p99") && !checks.given("after"))
    checks.fail("after_p99", "after_p99 is given without after", "add: after = \"1200ms\"");
}

bool error::shape(plan& p, shaping_context& context) const {
  if (answers.empty()) throw std::logic_error("an error fault without answers");
  auto answer = said(context, answers[pick(context.roll, answers.size(), shares)]);
  p.hold = together(p.hold, lognormal(context.roll, after, after_p99));
  p.end = std::move(answer);
  return true;
}

}  // namespace vendaval::faults
