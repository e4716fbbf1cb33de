#pragma once
#include <algorithm>
#include <string>
#include <string_view>

/// Letters as protocols compare them: A to Z and nothing else, whatever the locale.
namespace vendaval {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

/// As names of header fields, hosts and schemes are compared.
constexpr bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace vendaval
