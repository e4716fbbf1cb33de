#pragma once
/// Counts exchanges by calendar minute, institution and operation, and hands out each minute once when it is over.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"
#include "monitor/history/figures.hpp"

namespace vendaval::monitor {

class recorder {
 public:
  /// Reports of a minute may come this long after its end.
  static constexpr wall_time::duration grace = 5s;
  /// A kind of failure is the platform's, not a bank's, in a minute in which so many banks have it in at least half of
  /// the calls that reached them, ours among them. Where none did, all that asked about the bank are taken.
  static constexpr std::size_t shared_by = 3;

  /// `writer` names this process: two of them may count the same minute.
  explicit recorder(std::string writer) : writer_(std::move(writer)) {}

  /// One that comes too late for its minute counts in the first that is still open: nothing is lost, nothing twice.
  void observe(exchange const& x, wall_time ended);
  /// A call of ours: in the counts of probes, and in no others, but a witness of what banks have at once. What a fault
  /// did to it says nothing of the bank.
  void probed(exchange const& x, wall_time ended);
  /// The minutes that are over at `now`, oldest first.
  std::vector<sql::history_row> take(wall_time now);
  /// All there are, also the one that is not over: for the end of this process.
  std::vector<sql::history_row> take_all();

 private:
  struct cell {
    figures of;
    std::array<std::uint64_t, outcome_count> bad{};  // the app's, genuine and bad, by outcome
  };
  using key = std::pair<std::string, operation>;
  using minute = std::map<key, cell>;

  static std::array<bool, outcome_count> shared_trouble(minute const& m);
  void hand_out(wall_time began, minute& m, std::vector<sql::history_row>& rows) const;

  std::string writer_;
  std::map<wall_time, minute> open_;
  wall_time first_open_ = wall_time::min();
};

}  // namespace vendaval::monitor
