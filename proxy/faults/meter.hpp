#pragma once
#include <atomic>
#include <cstdint>

namespace vendaval::faults {

/// State that must be exact across data threads: one atomic, no lock. Theoretical arrival time of a token bucket
/// (GCRA).
struct meter {
  std::atomic<std::int64_t> next{0};  // ns on the monotonic clock
};

}  // namespace vendaval::faults
