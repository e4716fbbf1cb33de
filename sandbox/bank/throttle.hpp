#pragma once
#include <deque>
#include <map>
#include <string>

#include "base/time.hpp"

namespace vendaval::sandbox {

/// At most so many requests in any window of time from one source; refused requests do not count. 0 = no limit.
class throttle {
 public:
  throttle(unsigned requests, duration window) : requests_(requests), window_(window) {}
  bool admits(std::string const& source, time_point now);

 private:
  unsigned requests_;
  duration window_;
  std::map<std::string, std::deque<time_point>> admitted_;
};

}  // namespace vendaval::sandbox
