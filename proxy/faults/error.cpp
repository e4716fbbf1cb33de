#include "proxy/faults/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/did_you_mean.hpp"

namespace vendaval::faults {
namespace {

void check_codes(error const& e, fault_checks& checks) {
  for (std::size_t i = 0; i < e.answers.size(); ++i) {
    if (std::ranges::find(checks.error_codes, e.answers[i]) != checks.error_codes.end()) continue;
    auto const near = did_you_mean(e.answers[i], checks.error_codes);
    checks.fail_at("answers", i, fmt::format("this API has no error \"{}\"", e.answers[i]),
                   (near ? fmt::format("did you mean \"{}\"? ", *near) : "") +
                       fmt::format("accepted: {}", fmt::join(checks.error_codes, ", ")));
  }
}

void check_shares(error const& e, fault_checks& checks) {
  if (e.shares.empty()) return;
  if (e.shares.size() != e.answers.size())
    return checks.fail("shares", fmt::format("{} shares for {} answers", e.shares.size(), e.answers.size()),
                       "give one share for each answer, in the same order");
  double together = 0;
  for (auto const share : e.shares) together += share.value;
  if (std::abs(together - 100) > 1e-6)
    checks.fail("shares", fmt::format("shares add up to {}", show(percent{together})), "they must add up to 100%");
}

std::string const& pick(error const& e, dice& roll) {
  if (e.answers.empty()) throw std::logic_error("an error fault without answers");
  double const drawn = roll.unit() * 100;
  if (e.shares.size() != e.answers.size())
    return e.answers[static_cast<std::size_t>(drawn / 100 * static_cast<double>(e.answers.size()))];
  double below = 0;
  std::size_t last = 0;  // rounding may leave the sum a hair under 100: then the last that has a share
  for (std::size_t i = 0; i < e.answers.size(); ++i) {
    if (e.shares[i].value <= 0) continue;
    last = i;
    if (drawn < (below += e.shares[i].value)) break;
  }
  return e.answers[last];
}

}  // namespace

void error::check(fault_checks& checks) const {
  if (answers.empty())
    checks.fail("answers", "an error fault must say which errors it answers",
                fmt::format("for example: answers = [\"{}\"]",
                            checks.error_codes.empty() ? "institution_down" : checks.error_codes.front()));
  check_codes(*this, checks);
  check_shares(*this, checks);
  if (after_p99 > 0ms && after_p99 < after)
    checks.fail("after_p99", fmt::format("after_p99 = {} is less than after = {}", show(after_p99), show(after)),
                "99 % of the answers come within after_p99, half of them within after");
  if (checks.given("after_p99") && !checks.given("after"))
    checks.fail("after_p99", "after_p99 is given without after", "add: after = \"1200ms\"");
}

bool error::shape(plan& p, shaping_context& context) const {
  auto const& code = pick(*this, context.roll);
  auto answer = context.shapes.error(code, hex32(context.roll));
  if (!answer) throw std::logic_error("the dialect has no error " + code);
  p.hold += lognormal(context.roll, after, after_p99);
  p.end = *std::move(answer);
  return true;
}

}  // namespace vendaval::faults
