#include "proxy/dialects/link_map.hpp"

#include <algorithm>

namespace vendaval::dialects {
namespace {

std::string folded(std::string_view id) {
  std::string result(id);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace

link_map::link_map(std::span<learned const> fixed, std::size_t limit)
    : generation_(std::max<std::size_t>(limit / 2, 1)) {
  for (auto const& fact : fixed) fixed_[folded(fact.id)] = fact.institution;
}

std::optional<std::string> link_map::find(std::string_view id) {
  auto const key = folded(id);
  if (auto const it = fixed_.find(key); it != fixed_.end()) return it->second;
  if (auto const it = young_.find(key); it != young_.end()) return it->second;
  auto const it = old_.find(key);
  if (it == old_.end()) return std::nullopt;
  auto institution = it->second;
  keep(key, institution);
  return institution;
}

std::optional<std::string> link_map::peek(std::string_view id) const {
  auto const key = folded(id);
  for (auto const* facts : {&fixed_, &young_, &old_})
    if (auto const it = facts->find(key); it != facts->end()) return it->second;
  return std::nullopt;
}

void link_map::remember(learned const& fact) { keep(folded(fact.id), fact.institution); }

void link_map::keep(std::string id, std::string institution) {
  old_.erase(id);
  young_.insert_or_assign(std::move(id), std::move(institution));
  if (young_.size() < generation_) return;
  old_ = std::move(young_);
  young_ = {};
}

}  // namespace vendaval::dialects
