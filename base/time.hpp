#pragma once
/// The two kinds of time. Every core works in monotonic `time_point`s that it is given; only reports and tables
/// need the calendar, and get it through a `timeline`, so that a clock that jumps cannot bend a measurement.
#include <chrono>
#include <string>

namespace vendaval {

using namespace std::chrono_literals;
using duration = std::chrono::nanoseconds;
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;
using wall_time = std::chrono::sys_time<std::chrono::microseconds>;

/// The monotonic clock as a value to hand in. Real: base/io/clock.hpp. Fake: tests/support/fake_clock.hpp.
struct clock {
  virtual ~clock() = default;
  virtual time_point now() const = 0;
};

/// One pair of readings taken together; translates between monotonic and calendar time for one process.
struct timeline {
  time_point steady{};
  wall_time wall{};

  wall_time at(time_point t) const { return wall + std::chrono::floor<std::chrono::microseconds>(t - steady); }
  time_point at(wall_time t) const { return steady + duration(t - wall); }
};

/// "2026-01-19T17:31:05.120Z": UTC, milliseconds.
std::string iso8601(wall_time t);

}  // namespace vendaval
