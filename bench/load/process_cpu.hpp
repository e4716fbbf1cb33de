#pragma once
/// Processor time of other processes: user and system, all threads, to the nanosecond.
#include <sys/types.h>

#include <chrono>
#include <vector>

namespace vendaval::bench {

/// Since each of them started. Throws std::system_error when one does not exist.
std::chrono::nanoseconds cpu_time(std::vector<pid_t> const& processes);

}  // namespace vendaval::bench
