#pragma once
/// What passed, per institution and operation: the last minutes in slots, and totals since the start for /metrics.
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitor/traffic/sketch.hpp"
#include "monitor/traffic/tally.hpp"

namespace vendaval::monitor {

/// Requests that have not ended yet. Each is known to take at least its age: a call that hangs is seen while it hangs.
struct under_way {
  std::uint64_t count = 0;
  duration oldest{0};
};

/// One window over one institution.
struct totals {
  tally counts;
  sketch latencies;  // of exchanges that ended in the window
  under_way flying;  // at its end
};

/// No good answer since `since`, the first bad one of the streak.
struct bad_streak {
  time_point since{};
  std::uint64_t bad = 0;
};

/// Upper bounds in seconds; one more bucket without a bound follows.
inline constexpr std::array<double, 16> latency_bounds{.1, .25, .5, 1, 2, 3, 4, 5, 6, 10, 15, 30, 60, 120, 150, 300};

/// Since this process started.
struct lifetime {
  std::array<std::uint64_t, outcome_count> genuine{}, injected{};
  std::array<std::uint64_t, latency_bounds.size() + 1> buckets{};  // not cumulative
  double seconds = 0;                                              // sum of latencies
  std::uint64_t count = 0;
};
struct series_lifetime {
  std::string institution;
  operation what = operation::meta;
  lifetime life;
};

class traffic {
 public:
  /// More than the longest `for` of a rule, or what began so long ago would be gone before it can fire.
  static constexpr duration usually_kept = 16min;

  /// `slot` is the resolution of every window, `keep` how far back a window may reach.
  explicit traffic(duration slot = 1s, duration keep = usually_kept);

  void observe(exchange const& x);  // exchanges may come a little out of order
  /// Everything under way now; replaces what was seen before.
  void see(std::vector<flight> const& flights);

  /// Windows are [from, to), rounded outwards to whole slots; an exchange lies where it ended.
  totals window(std::string_view institution, operation_set what, time_point from, time_point to) const;
  tally counts(std::string_view institution, operation_set what, time_point from, time_point to) const;
  sketch latencies(std::string_view institution, operation_set what, time_point from, time_point to) const;
  /// How long each request under way has taken so far, in no order.
  std::vector<duration> ages(std::string_view institution, operation_set what, time_point now) const;
  under_way flying(std::string_view institution, operation_set what, time_point now) const;
  std::optional<time_point> first_bad(std::string_view institution, operation_set what, time_point from,
                                      time_point to) const;
  std::optional<bad_streak> streak(std::string_view institution, operation_set what) const;

  std::vector<std::string> seen() const;  // institutions, sorted
  std::vector<series_lifetime> since_start() const;
  duration slot() const { return slot_; }
  /// Where the slot that `t` lies in begins. Windows that begin and end at such borders have no call in common.
  time_point border(time_point t) const { return time_point(index_of(t) * slot_); }
  duration keep() const { return keep_; }

 private:
  struct slot_of_time {
    std::int64_t index = 0;
    tally counts;
    sketch latencies;
    std::optional<time_point> first_bad, last_bad, last_good;
  };
  struct series {
    std::deque<slot_of_time> slots;  // ascending; a slot without traffic does not exist
    lifetime life;
  };
  using bank = std::array<series, operation_count>;

  std::int64_t index_of(time_point t) const;
  slot_of_time* place(series& s, std::int64_t index);
  template <class Take>
  void each(std::string_view institution, operation_set what, time_point from, time_point to, Take&& take) const;

  duration slot_, keep_;
  std::map<std::string, bank, std::less<>> banks_;
  std::unordered_map<std::uint64_t, flight> flights_;  // by request
};

}  // namespace vendaval::monitor
