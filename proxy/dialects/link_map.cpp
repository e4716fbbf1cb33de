#include "proxy/dialects/link_map.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace vendaval::dialects {

namespace {

/// An id in lower case, on the stack where it is as short as ids are.
class folded {
 public:
  explicit folded(std::string_view id) : size_(id.size()) {
    if (size_ > near_.size()) far_.resize(size_);
    std::ranges::transform(id, data(), [](char c) { return lower(c); });
  }
  operator std::string_view() { return {data(), size_}; }

 private:
  char* data() { return far_.empty() ? near_.data() : far_.data(); }

  std::size_t size_;
  std::array<char, 64> near_;
  std::string far_;
};

}  // namespace

link_map::link_map(std::span<learned const> fixed, std::size_t limit)
    : generation_(std::max<std::size_t>(limit / 2, 1)) {
  for (auto const& fact : fixed) fixed_[lower(fact.id)] = fact.institution;
}

std::optional<std::string_view> link_map::find(std::string_view id) {
  folded key(id);
  if (auto const it = fixed_.find<std::string_view>(key); it != fixed_.end()) return it->second;
  if (auto const it = young_.find<std::string_view>(key); it != young_.end()) return it->second;
  auto const it = old_.find<std::string_view>(key);
  if (it == old_.end()) return std::nullopt;
  keep(it->first, std::string(it->second));
  return peek(id);
}

std::optional<std::string_view> link_map::peek(std::string_view id) const {
  folded key(id);
  for (auto const* facts : {&fixed_, &young_, &old_})
    if (auto const it = facts->find<std::string_view>(key); it != facts->end()) return it->second;
  return std::nullopt;
}

void link_map::remember(learned const& fact) { keep(lower(fact.id), fact.institution); }

void link_map::keep(std::string id, std::string institution) {
  old_.erase(id);
  young_.insert_or_assign(std::move(id), std::move(institution));
  if (young_.size() < generation_) return;
  old_ = std::move(young_);
  young_ = {};
}

}  // namespace vendaval::dialects
