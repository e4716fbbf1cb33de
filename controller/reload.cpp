#include "controller/reload.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

namespace vendaval::controller {
namespace {

constexpr std::array<std::string_view, 13> reloaded{
    "webhooks.ca",     "limits",         "proxy.certificate",  "proxy.key",   "proxy.identity",
    "proxy.client_ca", "proxy.fault_ca", "proxy.fault_key",    "upstream.ca", "upstream.certificate",
    "upstream.key",    "upstream.pin",   "upstream.pin_reason"};

std::string text_of(toml::node const* node) {
  std::ostringstream text;
  if (node) node->visit([&text](auto const& value) { text << value; });
  return text.str();
}

void compare(toml::table const& before, toml::table const& after, std::string const& place,
             std::vector<std::string>& out) {
  std::set<std::string> keys;
  for (auto const* side : {&before, &after})
    for (auto const& [key, value] : *side) keys.emplace(key.str());
  for (auto const& key : keys) {
    auto const name = place.empty() ? key : fmt::format("{}.{}", place, key);
    if (std::ranges::find(reloaded, name) != reloaded.end()) continue;
    static toml::table const nothing;
    auto const* const a = before.get(key);
    auto const* const b = after.get(key);
    bool const tables = (!a || a->is_table()) && (!b || b->is_table());
    if (tables)
      compare(a ? *a->as_table() : nothing, b ? *b->as_table() : nothing, name, out);
    else if (text_of(a) != text_of(b))
      out.push_back(name);
  }
}

}  // namespace

std::vector<std::string> keys_that_need_a_restart(std::string_view before, std::string_view after) {
  std::vector<std::string> out;
  compare(toml::parse(before), toml::parse(after), {}, out);
  return out;
}

}  // namespace vendaval::controller
