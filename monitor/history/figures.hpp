#pragma once
/// What is remembered of one institution and operation over some time: counts by outcome, genuine and injected apart,
/// and the sketch of its latencies. Two of them merge into exactly the figures of both.
#include <array>
#include <cstdint>

#include "monitor/traffic/sketch.hpp"
#include "monitor/traffic/tally.hpp"
#include "sql/rows.hpp"

namespace vendaval::monitor {

/// What the app feels although the dialect holds it against no bank: our keys, quotas and limits.
bool is_platforms(outcome o);

struct figures {
  sql::history_counts counts;
  std::array<std::uint64_t, outcome_count> genuine{}, injected{};
  sketch latencies;

  /// Everything but `bank_bad`, which takes a look at the other banks (monitor/history/recorder.hpp).
  void add(exchange const& x);
  void merge(figures const& other);
};

/// Into the row's counts, outcomes and latencies; the rest of it stays.
void write(figures const& from, sql::history_row& to);
/// An outcome or a sketch that cannot be read is left out: the counts still stand.
figures read_figures(sql::history_row const& row);

}  // namespace vendaval::monitor
