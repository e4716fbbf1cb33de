#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/catalogue.hpp"

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

/// State that must be exact across data threads: one atomic, no lock. Theoretical arrival time of a token bucket (GCRA).
struct meter {
  std::atomic<std::int64_t> next{0};  // ns on the monotonic clock
};

/// A fault with its lease. The data path stops honouring it the instant `expires` is reached, whatever became of the
/// controller.
struct armed_fault {
  std::uint64_t id = 0;    // unique for ever; never reused
  std::string label;       // "s1-banco-fora/black-out/1": for logs, markers and the journal
  fault what;
  scope where;
  std::optional<square_wave> wave;
  time_point armed{}, expires{};
  std::shared_ptr<meter> bucket = std::make_shared<meter>();
};

/// An immutable snapshot, handed to each data thread by message.
struct armed_set {
  std::vector<armed_fault> faults;
  std::uint64_t seed = 0;   // of the run
  std::uint64_t epoch = 0;  // grows with every change; an older snapshot is ignored
};

}  // namespace vendaval::faults
