#include "proxy/faults/latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vendaval::faults {
namespace {

using form = latency::form;

/// Which key belongs to which form, and whether the form can do without it.
struct key_of_form {
  std::string_view key;
  form kind;
  bool needed = true;
};
constexpr std::array<key_of_form, 11> keys{{{"delay", form::fixed},
                                            {"least", form::uniform, false},
                                            {"most", form::uniform},
                                            {"mean", form::normal},
                                            {"deviation", form::normal},
                                            {"p50", form::lognormal},
                                            {"p99", form::lognormal},
                                            {"least", form::pareto},
                                            {"alpha", form::pareto, false},
                                            {"values", form::histogram},
                                            {"shares", form::histogram, false}}};

std::string_view name_of(form f) { return latency::forms[static_cast<std::size_t>(f)]; }

bool belongs(std::string_view key, form to) {
  return std::ranges::any_of(keys, [&](key_of_form const& k) { return k.key == key && k.kind == to; });
}

void check_keys(form mine, fault_checks& checks) {
  std::string_view complained;
  for (auto const& [key, owner, needed] : keys) {
    if (owner == mine && needed && !checks.given(key))
      checks.fail(key, fmt::format("latency with shape = \"{}\" needs {}", name_of(mine), key),
                  key == "values" ? std::string("for example: values = [\"80ms\", \"2s\"]")
                                  : fmt::format("for example: {} = \"2s\"", key));
    if (checks.given(key) && !belongs(key, mine) && key != complained) {
      checks.fail(key, fmt::format("{} does not belong to shape = \"{}\"", key, name_of(mine)),
                  fmt::format("it belongs to shape = \"{}\"", name_of(owner)));
      complained = key;
    }
  }
}

void check_pair(fault_checks& checks, std::string_view low_key, duration low, std::string_view high_key,
                duration high) {
  if (low <= high) return;
  checks.fail(high_key, fmt::format("{} = {} is less than {} = {}", high_key, show(high), low_key, show(low)), {});
}

void check_values(latency const& l, fault_checks& checks) {
  for (std::size_t i = 0; i < l.values.size(); ++i) {
    auto const value = parse_duration(l.values[i]);
    if (!value || *value > longest_hold)
      checks.fail_at("values", i,
                     fmt::format("\"{}\" is not a duration of at most {}", l.values[i], show(longest_hold)),
                     "write it as \"120ms\"");
  }
  check_shares(checks, l.shares, l.values.size(), "values");
}

duration clamped(double nanoseconds) {
  return duration(static_cast<duration::rep>(std::clamp(nanoseconds, 0.0, static_cast<double>(longest_hold.count()))));
}

duration draw(latency const& l, dice& roll) {
  switch (l.kind) {
    case form::fixed: return l.delay;
    case form::uniform: return l.least + roll.upto(l.most - l.least);
    case form::normal:
      return clamped(static_cast<double>(l.mean.count()) + roll.normal() * static_cast<double>(l.deviation.count()));
    case form::lognormal: return lognormal(roll, l.p50, l.p99);
    case form::pareto:
      return clamped(static_cast<double>(l.least.count()) / std::pow(1.0 - roll.unit(), 1.0 / l.alpha));
    case form::histogram: break;
  }
  if (l.values.empty()) throw std::logic_error("a histogram without values");
  return parse_duration(l.values[pick(roll, l.values.size(), l.shares)]).value();
}

}  // namespace

void latency::check(fault_checks& checks) const {
  check_keys(kind, checks);
  if (kind == form::uniform && checks.given("most")) check_pair(checks, "least", least, "most", most);
  if (kind == form::lognormal && checks.given("p99")) check_pair(checks, "p50", p50, "p99", p99);
  if (kind == form::histogram) check_values(*this, checks);
}

bool latency::shape(plan& p, shaping_context& context) const {
  p.hold = together(p.hold, draw(*this, context.roll));
  return true;
}

}  // namespace vendaval::faults
