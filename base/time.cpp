#include "base/time.hpp"

#include <fmt/format.h>

namespace vendaval {

std::string iso8601(wall_time t) {
  auto const ms = std::chrono::floor<std::chrono::milliseconds>(t);
  auto const day = std::chrono::floor<std::chrono::days>(ms);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const time(ms - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace vendaval
