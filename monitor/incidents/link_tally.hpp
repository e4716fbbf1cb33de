#pragma once
/// How many links, and so about how many users, each bank has: those that the configuration names, and those that
/// traffic has shown since the start. Ids are kept as hashes.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/ascii.hpp"
#include "base/dice.hpp"

namespace vendaval::monitor {

class link_tally {
 public:
  /// Of all banks together; what is more is not counted, as the data path does not remember more either.
  static constexpr std::size_t most = 1'000'000;

  /// Ids compare without regard to letter case.
  void learn(std::string_view institution, std::string_view link) {
    if (size_ == most) return;
    auto const place = by_bank_.try_emplace(std::string(institution)).first;
    size_ += place->second.insert(dice::key(lower(link))).second;
  }
  /// 0: not known.
  unsigned of(std::string_view institution) const {
    auto const found = by_bank_.find(institution);
    return found == by_bank_.end() ? 0 : static_cast<unsigned>(found->second.size());
  }

 private:
  std::map<std::string, std::unordered_set<std::uint64_t>, std::less<>> by_bank_;
  std::size_t size_ = 0;
};

}  // namespace vendaval::monitor
