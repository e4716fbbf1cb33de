#include "base/did_you_mean.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace vendaval {
namespace {

/// Letters to insert, delete or replace to turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto const replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view typed, std::span<std::string const> candidates) {
  auto best = typed.size();
  std::string const* found = nullptr;
  for (auto const& candidate : candidates) {
    auto const d = distance(typed, candidate);
    if (d < best && d <= std::max<std::size_t>(2, candidate.size() / 3)) best = d, found = &candidate;
  }
  if (!found) return std::nullopt;
  return *found;
}

}  // namespace vendaval
