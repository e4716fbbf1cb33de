#include "controller/scenario.hpp"

#include <algorithm>

namespace vendaval::controller {

duration scenario::length() const {
  duration end{};
  for (auto const& p : phases) end = std::max(end, p.to());
  return end;
}

duration scenario::first_fault() const {
  duration first = length();
  for (auto const& p : phases)
    if (!p.faults.empty()) first = std::min(first, p.from);
  return first;
}

duration scenario::last_fault() const {
  duration last{};
  for (auto const& p : phases)
    if (!p.faults.empty()) last = std::max(last, p.to());
  return last;
}

std::vector<std::string> scenario::targets() const {
  std::vector<std::string> result;
  auto const add = [&](std::string const& id) {
    if (std::ranges::find(result, id) == result.end()) result.push_back(id);
  };
  add(target);
  for (auto const& p : phases)
    for (auto const& f : p.faults) std::ranges::for_each(f.where.institutions, add);
  return result;
}

}  // namespace vendaval::controller
