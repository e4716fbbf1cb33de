#include "proxy/faults/shaping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/did_you_mean.hpp"
#include "base/units.hpp"

namespace vendaval::faults {

duration lognormal(dice& roll, duration p50, duration p99) {
  if (p99 <= p50 || p50 <= 0ns) return p50;
  constexpr double z99 = 2.3263478740408408;  // standard normal quantile of 0.99
  double const sigma = std::log(static_cast<double>(p99.count()) / static_cast<double>(p50.count())) / z99;
  double const drawn = static_cast<double>(p50.count()) * std::exp(sigma * roll.normal());
  double const bounded = std::min(drawn, static_cast<double>(longest_hold.count()));
  return duration(static_cast<duration::rep>(bounded));
}

std::size_t pick(dice& roll, std::size_t count, std::span<percent const> shares) {
  double const drawn = roll.unit() * 100;
  if (shares.size() != count) return static_cast<std::size_t>(drawn / 100 * static_cast<double>(count));
  double below = 0;
  std::size_t last = 0;  // rounding may leave the sum a hair under 100: then the last that has a share
  for (std::size_t i = 0; i < count; ++i) {
    if (shares[i].value <= 0) continue;
    last = i;
    if (drawn < (below += shares[i].value)) break;
  }
  return last;
}

void check_shares(fault_checks& checks, std::span<percent const> shares, std::size_t count, std::string_view of_what) {
  if (shares.empty()) return;
  if (shares.size() != count)
    return checks.fail("shares", fmt::format("{} shares for {} {}", shares.size(), count, of_what),
                       fmt::format("give one share for each of the {}, in the same order", of_what));
  double sum = 0;
  for (auto const share : shares) sum += share.value;
  if (std::abs(sum - 100) > 1e-6)
    checks.fail("shares", fmt::format("shares add up to {}", show(percent{sum})), "they must add up to 100%");
}

namespace {

/// What is wrong with a code, and what to do: nothing when the dialect knows it.
std::optional<std::pair<std::string, std::string>> trouble_with(std::string const& code,
                                                                std::span<std::string const> known) {
  if (std::ranges::find(known, code) != known.end()) return std::nullopt;
  auto const near = did_you_mean(code, known);
  return std::pair(
      fmt::format("this API has no error \"{}\"", code),
      (near ? fmt::format("did you mean \"{}\"? ", *near) : "") + fmt::format("accepted: {}", fmt::join(known, ", ")));
}

}  // namespace

void check_codes(fault_checks& checks, std::string_view key, std::span<std::string const> codes) {
  for (std::size_t i = 0; i < codes.size(); ++i)
    if (auto const wrong = trouble_with(codes[i], checks.error_codes))
      checks.fail_at(key, i, wrong->first, wrong->second);
}

void check_code(fault_checks& checks, std::string_view key, std::string const& code) {
  if (auto const wrong = trouble_with(code, checks.error_codes)) checks.fail(key, wrong->first, wrong->second);
}

plan::answer said(shaping_context& context, std::string_view code) {
  auto answer = context.shapes.error(code, hex32(context.roll));
  if (!answer) throw std::logic_error(fmt::format("the dialect has no error {}", code));
  return *std::move(answer);
}

}  // namespace vendaval::faults
