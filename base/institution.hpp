#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/did_you_mean.hpp"

namespace vendaval {

/// A bank as everybody here names it. `id` is the short code ("itau"); `aliases` are the names the API uses for it
/// ("ofitau_br_retail"). Two ids are reserved: traffic that concerns no bank, and traffic whose bank is not known.
struct institution {
  std::string id;
  std::string name;
  std::vector<std::string> aliases;
};

inline constexpr std::string_view no_institution = "global";
inline constexpr std::string_view unknown_institution = "unknown";

/// The banks of one configuration, looked up by code or alias.
class institutions {
 public:
  institutions() = default;
  explicit institutions(std::vector<institution> all) : all_(std::move(all)) {}

  institution const* find(std::string_view code_or_alias) const;
  std::vector<std::string> ids() const;
  std::vector<institution> const& all() const { return all_; }
  std::string name_of(std::string_view id) const;  // the id itself when there is no such bank

 private:
  std::vector<institution> all_;
};

/// Brazilian banks with every name that Belvo and the app's own lists use for them (early 2026): the mission's seven
/// first. A configured bank that names no aliases takes them from here.
std::vector<institution> const& known_institutions();
/// The seven banks of the mission; Inter's Belvo name is our guess, so configure it.
institutions mission_institutions();

}  // namespace vendaval
