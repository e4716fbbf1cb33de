#pragma once
/// Measured delays, one to a line, as the histogram of a latency fault.
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "base/toml/problem.hpp"

namespace vendaval::controller {

/// Reads "120ms", "0.3s", or a bare number of milliseconds per line, as logs and load tools write them; empty lines and
/// those that begin with # are passed over. Either the whole file is right, or its mistakes are returned with their
/// lines, the first twenty of them. Sorted.
std::expected<std::vector<duration>, problems> read_delays(std::string_view text, std::string const& file);

/// At most `points` of the sorted delays, each standing for as many of them as any other: the middles of their
/// quantiles.
std::vector<duration> histogram_of(std::vector<duration> const& sorted, std::size_t points);

/// What belongs into a [[phase.fault]]: a scenario holds its delays itself, so that a run can be replayed from it.
std::string histogram_lines(std::vector<duration> const& points);

}  // namespace vendaval::controller
