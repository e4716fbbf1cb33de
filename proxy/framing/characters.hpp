#pragma once
#include <array>
#include <string_view>

#include "base/ascii.hpp"

namespace vendaval::framing {

namespace detail {
constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (char const c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
inline constexpr auto tokens = token_table();
}  // namespace detail

constexpr bool token_char(char c) { return detail::tokens[static_cast<unsigned char>(c)]; }
constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
using vendaval::lower;
constexpr bool blank(char c) { return c == ' ' || c == '\t'; }
/// Visible, blank or obs-text: what a field value may hold.
constexpr bool value_char(char c) {
  auto const u = static_cast<unsigned char>(c);
  return (u >= 0x20 && u != 0x7f) || c == '\t';
}
/// To the end whatever it finds: so the compiler looks at many characters at once.
constexpr bool is_value(std::string_view text) {
  bool good = true;
  for (char const c : text) good &= value_char(c);
  return good;
}
constexpr bool is_token(std::string_view text) {
  for (char const c : text)
    if (!token_char(c)) return false;
  return !text.empty();
}
constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Calls `take` with each element of a comma-separated list, trimmed; empty elements are left out.
template <class Take>
constexpr void each_element(std::string_view list, Take&& take) {
  while (!list.empty()) {
    auto const comma = list.find(',');
    auto const element = trim(list.substr(0, comma));
    if (!element.empty()) take(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace vendaval::framing
