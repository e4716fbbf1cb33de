#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/catalogue.hpp"
#include "proxy/faults/meter.hpp"

namespace vendaval::faults {

/// Which requests a fault may touch. A request outside it is never touched.
struct scope {
  std::vector<std::string> institutions;  // ids; never empty
  std::vector<operation> operations;      // empty = every operation that names the institution
  percent probability{100};               // per request
};

/// On for `on`, off for `off`, from the moment the fault was armed.
struct square_wave {
  duration on{}, off{};
};

/// A fault as a scenario describes it, before anybody armed it.
struct fault_template {
  std::string label;  // "s1-banco-fora/black-out/1": for logs, markers and the journal
  fault what;
  scope where;
  std::optional<square_wave> wave;
};

/// A fault with its lease. The data path stops honouring it the instant `expires` is reached, whatever became of the
/// controller.
struct armed_fault {
  std::uint64_t id = 0;  // unique for ever; never reused
  std::string label;
  fault what;
  scope where;
  std::optional<square_wave> wave;
  time_point armed{}, expires{};
  duration lease{};        // what a renewal adds to the moment it is asked for
  std::uint64_t roll = 0;  // keys its dice: the same in every run of the same scenario; 0 = its id
  std::shared_ptr<meter> bucket = std::make_shared<meter>();
};

/// An immutable snapshot, handed to each data thread by message.
struct armed_set {
  std::vector<armed_fault> faults;
  std::uint64_t seed = 0;   // of the run
  std::uint64_t epoch = 0;  // grows with every change

  /// A snapshot that arrives late or twice has no effect (S13).
  bool supersedes(armed_set const& other) const { return epoch > other.epoch; }
};

}  // namespace vendaval::faults
