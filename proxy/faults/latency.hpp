#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Time before the request goes on to the upstream, or before its answer goes on to the client (`when`).
///   kind = "latency"
///   shape = "lognormal"     # fixed: delay · uniform: least, most · normal: mean, deviation · lognormal: p50, p99
///   p50 = "12s"             # pareto: least, alpha · histogram: values, shares
///   p99 = "15s"
struct latency {
  static constexpr std::string_view name = "latency";
  static constexpr std::string_view about =
      "Holds the request, or its answer, for a while and then sends it on untouched.";
  static constexpr peers elsewhere{"latency (per chunk)", "delay.fixed_delay",
                                   "fixedDelayMilliseconds, delayDistribution"};
  static constexpr reach acts = reach::either;
  enum class form : std::uint8_t { fixed, uniform, normal, lognormal, pareto, histogram };
  static constexpr std::array<std::string_view, 6> forms{"fixed",     "uniform", "normal",
                                                         "lognormal", "pareto",  "histogram"};

  form kind = form::fixed;
  duration delay = 0ms;
  duration least = 0ms, most = 0ms;
  duration mean = 0ms, deviation = 0ms;
  duration p50 = 0ms, p99 = 0ms;
  double alpha = 1.5;
  std::vector<std::string> values{};  // histogram: durations
  std::vector<percent> shares{};      // of each; empty = all alike

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("shape", self.kind, meaning{"how the delays spread"}, forms);
    visit("delay", self.delay, meaning{"fixed: of every request"}, 1ms, longest_hold);
    visit("least", self.least, meaning{"uniform, pareto: the shortest"}, 0ms, longest_hold);
    visit("most", self.most, meaning{"uniform: the longest"}, 1ms, longest_hold);
    visit("mean", self.mean, meaning{"normal: the middle"}, 0ms, longest_hold);
    visit("deviation", self.deviation, meaning{"normal: the standard deviation; never below zero is waited"}, 0ms,
          longest_hold);
    visit("p50", self.p50, meaning{"lognormal: half of them are shorter"}, 1ms, longest_hold);
    visit("p99", self.p99, meaning{"lognormal: 99 in 100 are shorter"}, 1ms, longest_hold);
    visit("alpha", self.alpha, meaning{"pareto: the smaller, the heavier the tail"}, 0.1, 100.0);
    visit("values", self.values,
          meaning{"histogram: delays as measured, \"120ms\"; `vendaval faults histogram FILE` writes them"});
    visit("shares", self.shares, meaning{"histogram: how often each of them; left out, all alike"});
  }
  bool ends() const { return false; }
  void check(fault_checks& checks) const;
  bool random() const { return kind != form::fixed; }
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
