#pragma once
/// Writes whose answer was lost after the API had accepted them, and those that were sent again all the same: each may
/// have been done twice. A request with an Idempotency-Key is no danger and not looked at.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proxy/exchange.hpp"

namespace vendaval::monitor {

/// Since this process started.
struct write_counts {
  std::uint64_t lost = 0;      // answers that said 2xx and that the client never had in whole
  std::uint64_t repeated = 0;  // the same writes sent again afterwards
  bool operator==(write_counts const&) const = default;
};

class write_watch {
 public:
  /// A write is remembered for `memory`, and no more than `most` are at once.
  explicit write_watch(duration memory = 10min, std::size_t most = 10'000) : memory_(memory), most_(most) {}

  void observe(exchange const& x);  // exchanges may come a little out of order
  write_counts of(std::string_view institution) const;
  std::map<std::string, write_counts, std::less<>> const& all() const { return counts_; }

 private:
  struct seen {
    std::optional<time_point> lost;  // when its answer was
    time_point last{};               // when it last came in
  };
  void forget(time_point now);

  duration memory_;
  std::size_t most_;
  std::unordered_map<std::uint64_t, seen> writes_;
  std::deque<std::pair<time_point, std::uint64_t>> by_age_;  // one for every time a write was seen
  std::map<std::string, write_counts, std::less<>> counts_;
};

}  // namespace vendaval::monitor
