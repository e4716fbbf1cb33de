#pragma once
/// Which bank a link or resource belongs to: what configuration says, then what answers taught.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proxy/dialects/dialect.hpp"

namespace vendaval::dialects {

/// Bounded by two generations: when the young one is full it becomes the old one, and what was old is forgotten unless
/// it was asked for in between. Ids compare without regard to letter case.
class link_map {
 public:
  link_map(std::span<learned const> fixed, std::size_t limit);

  // What they give holds until something is remembered.
  std::optional<std::string_view> find(std::string_view id);  // keeps the fact alive
  std::optional<std::string_view> peek(std::string_view id) const;
  void remember(learned const& fact);
  std::size_t size() const { return fixed_.size() + young_.size() + old_.size(); }

 private:
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using map = std::unordered_map<std::string, std::string, hash, std::equal_to<>>;  // keys in lower case
  void keep(std::string id, std::string institution);

  map fixed_, young_, old_;
  std::size_t generation_;
};

}  // namespace vendaval::dialects
