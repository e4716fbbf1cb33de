#include "controller/read_delays.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::controller {
namespace {

constexpr std::size_t most_problems = 20;

std::optional<duration> delay_of(std::string_view text) {
  auto value = parse_duration(text);
  if (!value) value = parse_duration(std::string(text) + "ms");
  if (value && *value > faults::longest_hold) value.reset();
  return value;
}

}  // namespace

std::expected<std::vector<duration>, problems> read_delays(std::string_view text, std::string const& file) {
  std::vector<duration> delays;
  problems wrong;
  unsigned number = 0;
  while (!text.empty() && wrong.size() < most_problems) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    auto const begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    auto const word = line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
    if (auto const delay = delay_of(word))
      delays.push_back(*delay);
    else
      wrong.push_back({file, number, static_cast<unsigned>(begin + 1), static_cast<unsigned>(word.size()),
                       fmt::format("this is not a delay of at most {}", show(faults::longest_hold)),
                       "one to a line: 120ms, 0.3s, or a bare number of milliseconds"});
  }
  if (wrong.empty() && delays.empty())
    wrong.push_back({file, 0, 0, 1, "there is no delay in this file", "one to a line: 120ms, 0.3s, or 120"});
  if (!wrong.empty()) return std::unexpected(std::move(wrong));
  std::ranges::sort(delays);
  return delays;
}

std::vector<duration> histogram_of(std::vector<duration> const& sorted, std::size_t points) {
  if (sorted.size() <= points) return sorted;
  std::vector<duration> result;
  for (std::size_t i = 0; i < points; ++i) result.push_back(sorted[(2 * i + 1) * sorted.size() / (2 * points)]);
  return result;
}

std::string histogram_lines(std::vector<duration> const& points) {
  std::vector<std::string> words;
  for (auto const p : points) words.push_back(fmt::format("\"{}\"", show(p)));
  return fmt::format("kind = \"latency\"\nshape = \"histogram\"\nvalues = [{}]\n", fmt::join(words, ", "));
}

}  // namespace vendaval::controller
