#include "base/http.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace vendaval {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// In the path a plus is a plus; in a query it is a blank.
std::string decode(std::string_view text, char plus = ' ') {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      result += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? plus : text[i];
    }
  }
  return result;
}

}  // namespace

std::optional<std::string_view> find_header(std::vector<http_header> const& headers, std::string_view name) {
  for (auto const& header : headers)
    if (same_name(header.name, name)) return header.value;
  return std::nullopt;
}

std::string encoded(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF", plain = "-._~";
  std::string result;
  for (char const c : text) {
    auto const small = lower(c);
    if ((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || plain.contains(c)) {
      result += c;
    } else {
      auto const byte = static_cast<unsigned char>(c);
      result.append("%").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
  }
  return result;
}

std::string decoded(std::string_view segment) { return decode(segment, '+'); }

std::string_view http_request::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::optional<std::string> http_request::query(std::string_view key) const {
  auto const mark = target.find('?');
  if (mark == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(target).substr(mark + 1);
  while (!rest.empty()) {
    auto const pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    auto const equals = pair.find('=');
    if (decode(pair.substr(0, equals)) != key) continue;
    return equals == std::string_view::npos ? "" : decode(pair.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace vendaval
