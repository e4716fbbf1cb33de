#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/faults/catalogue.hpp"
#include "proxy/faults/course.hpp"
#include "proxy/faults/memory.hpp"
#include "proxy/faults/scope.hpp"

namespace vendaval::faults {

/// A fault as a scenario describes it, before anybody armed it.
struct fault_template {
  std::string label{};  // "s1-banco-fora/black-out/1": for logs, markers and the journal
  fault what{};
  scope where{};
  side_of_upstream when = side_of_upstream::before_upstream;
  course over_time{};
};

/// A fault with its lease. The data path stops honouring it the instant `expires` is reached, whatever became of the
/// controller.
struct armed_fault {
  std::uint64_t id = 0;  // unique for ever; never reused
  std::string label{};
  fault what{};
  scope where{};
  side_of_upstream when = side_of_upstream::before_upstream;
  course over_time{};
  time_point armed{}, expires{};
  duration lease{};        // what a renewal adds to the moment it is asked for
  std::uint64_t roll = 0;  // keys its dice: the same in every run of the same scenario; 0 = its id
  std::shared_ptr<memory> mine = std::make_shared<memory>();
};

/// What its dice are keyed by.
inline std::uint64_t key_of(armed_fault const& fault) { return fault.roll ? fault.roll : fault.id; }

/// An immutable snapshot, handed to each data thread by message.
struct armed_set {
  std::vector<armed_fault> faults{};
  std::uint64_t seed = 0;   // of the run
  std::uint64_t epoch = 0;  // grows with every change
  timeline calendar{};      // for faults that follow the clock on the wall

  /// A snapshot that arrives late or twice has no effect (S13).
  bool supersedes(armed_set const& other) const { return epoch > other.epoch; }
};

}  // namespace vendaval::faults
