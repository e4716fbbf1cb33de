#pragma once
/// The traffic of a run, second by second, as the journal keeps it.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controller/observation.hpp"
#include "monitor/traffic/sketch.hpp"

namespace vendaval::controller {

/// Figures for a person who watches: what happened lately.
struct recent {
  std::uint64_t good = 0, bad = 0;
  std::optional<duration> p95;
};

class seconds {
 public:
  void add(exchange const& x);
  /// The seconds that changed since the last call.
  std::vector<observation::second> take_changed();
  /// Over the last `window`; of one institution, or of every bank but that one.
  recent of(std::string const& institution, time_point now, duration window) const;
  recent of_others(std::string const& institution, time_point now, duration window) const;
  std::uint64_t calls(std::string const& institution) const;

 private:
  struct cell {
    traffic_counts counts;
    monitor::sketch latencies;
  };
  using key = std::pair<std::string, operation>;
  template <class Chosen>
  recent sum(time_point now, duration window, Chosen&& chosen) const;

  std::map<std::int64_t, std::map<key, cell>> slots_;  // by second on the monotonic clock
  std::set<std::pair<std::int64_t, key>> changed_;
  std::map<std::string, std::uint64_t> calls_;
};

}  // namespace vendaval::controller
