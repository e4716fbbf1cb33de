#include "proxy/faults/latency.hpp"

#include <fmt/format.h>

namespace vendaval::faults {
namespace {

struct key_of_form {
  std::string_view key;
  latency::form kind;
};
constexpr std::array<key_of_form, 5> keys{{{"delay", latency::form::fixed},
                                           {"least", latency::form::uniform},
                                           {"most", latency::form::uniform},
                                           {"p50", latency::form::lognormal},
                                           {"p99", latency::form::lognormal}}};

void check_pair(fault_checks& checks, std::string_view low_key, duration low, std::string_view high_key,
                duration high) {
  if (low <= high) return;
  checks.fail(high_key, fmt::format("{} = {} is less than {} = {}", high_key, show(high), low_key, show(low)), {});
}

}  // namespace

void latency::check(fault_checks& checks) const {
  auto const mine = forms[static_cast<std::size_t>(kind)];
  for (auto const& [key, owner] : keys) {
    if (owner == kind && !checks.given(key) && key != "least")
      checks.fail(key, fmt::format("latency with shape = \"{}\" needs {}", mine, key),
                  fmt::format("for example: {} = \"2s\"", key));
    if (owner != kind && checks.given(key))
      checks.fail(key, fmt::format("{} does not belong to shape = \"{}\"", key, mine),
                  fmt::format("it belongs to shape = \"{}\"", forms[static_cast<std::size_t>(owner)]));
  }
  if (kind == form::uniform && checks.given("most")) check_pair(checks, "least", least, "most", most);
  if (kind == form::lognormal && checks.given("p99")) check_pair(checks, "p50", p50, "p99", p99);
}

bool latency::shape(plan& p, shaping_context& context) const {
  switch (kind) {
    case form::fixed: p.hold += delay; break;
    case form::uniform: p.hold += least + context.roll.upto(most - least); break;
    case form::lognormal: p.hold += faults::lognormal(context.roll, p50, p99); break;
  }
  return true;
}

}  // namespace vendaval::faults
