#pragma once
#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// A bank with so many workers. Requests take their time on one, wait for one, or are turned away: latency, errors and
/// recovery follow from the load, and work that nobody waits for any more still occupies its worker, so that retries
/// can keep the bank down after the cause is gone.
///   kind = "overload"
///   workers = 8
///   service_p50 = "400ms"
///   service_p99 = "2s"
///   patience = "3s"        # who would wait longer for a worker is turned away
///   answer = "json503"     # json429 · json529
struct overload {
  static constexpr std::string_view name = "overload";
  static constexpr std::string_view about =
      "A bank with so many workers and a queue: latency and refusals follow from the load that is offered.";
  static constexpr peers elsewhere{"-", "admission control, overload manager (of Envoy itself)", "-"};
  static constexpr reach acts = reach::before_upstream;
  enum class words : std::uint8_t { json503, json429, json529 };
  static constexpr std::array<std::string_view, 3> answers{"json503", "json429", "json529"};

  std::uint32_t workers = 8;
  duration service_p50 = 400ms, service_p99 = 2s;
  duration patience = 3s;
  words answer = words::json503;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("workers", self.workers, meaning{"requests served at once"}, 1u, static_cast<std::uint32_t>(servers::most));
    visit("service_p50", self.service_p50, meaning{"half of them keep a worker for less"}, 1ms, longest_hold);
    visit("service_p99", self.service_p99, meaning{"99 in 100 keep a worker for less"}, 1ms, longest_hold);
    visit("patience", self.patience, meaning{"the longest wait for a worker; who would wait longer is turned away"},
          0ms, longest_hold);
    visit("answer", self.answer, meaning{"what those hear"}, answers);
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const;
  bool random() const { return true; }
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
