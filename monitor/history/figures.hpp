#pragma once
/// What is remembered of one institution and operation over some time: counts by outcome, genuine and injected apart,
/// the sketch of its latencies, and who called. Two of them merge into exactly the figures of both.
#include <array>
#include <cstdint>

#include "monitor/history/clients.hpp"
#include "monitor/traffic/sketch.hpp"
#include "monitor/traffic/tally.hpp"
#include "sql/rows.hpp"

namespace vendaval::monitor {

/// What the app feels although the dialect holds it against no bank: our keys, quotas and limits.
bool is_platforms(outcome o);

struct figures {
  sql::history_counts counts;
  std::array<std::uint64_t, outcome_count> genuine{}, injected{};
  std::array<std::uint64_t, outcome_count> probes{};  // failures of our own calls, whosever they were
  sketch latencies;
  clients callers;

  /// Everything but `bank_bad` and what is about probes, which takes a look at the other banks
  /// (monitor/history/recorder.hpp).
  void add(exchange const& x);
  void merge(figures const& other);
};

/// So many of the busiest clients are named in a row; the others are one.
inline constexpr std::size_t named_a_minute = 8, named_in_sums = 16;

/// Into the row's counts, outcomes, latencies and clients; the rest of it stays.
void write(figures const& from, sql::history_row& to);
/// An outcome or a sketch that cannot be read is left out: the counts still stand.
figures read_figures(sql::history_row const& row);

}  // namespace vendaval::monitor
