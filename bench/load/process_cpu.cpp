#include "bench/load/process_cpu.hpp"

#include <time.h>

#include <cerrno>
#include <system_error>

namespace vendaval::bench {

std::chrono::nanoseconds cpu_time(std::vector<pid_t> const& processes) {
  std::chrono::nanoseconds total{};
  for (auto const pid : processes) {
    clockid_t clock{};
    timespec spent{};
    if (auto const error = clock_getcpuclockid(pid, &clock); error != 0)
      throw std::system_error(error, std::system_category(), "no such process to watch");
    if (clock_gettime(clock, &spent) != 0) throw std::system_error(errno, std::system_category(), "clock_gettime");
    total += std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
  }
  return total;
}

}  // namespace vendaval::bench
