#include "proxy/dialects/json_walk.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace vendaval::dialects {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
unsigned char byte(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

/// How many of eight characters, from the first, need no look: are ASCII and neither quote, backslash nor control.
std::size_t ordinary(char const* eight) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t ones = 0x0101010101010101, highs = ones * 0x80;
  std::uint64_t w = 0;
  std::memcpy(&w, eight, sizeof w);
  auto const quotes = w ^ (ones * '"'), slashes = w ^ (ones * '\\');
  auto const found = ((quotes - ones) | (slashes - ones) | (w - ones * 0x20) | w) & highs;  // the lowest is right
  return static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

/// How many bytes the character of UTF-8 takes whose first byte, 0x80 or more, stands at `at`; 0 when it is not valid.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  auto const first = byte(text, at), second = byte(text, at + 1);
  std::size_t const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  // Neither longer than it must be, nor a surrogate, nor beyond Unicode.
  unsigned const least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned const most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte(text, at + i) & 0xc0) != 0x80) return 0;
  return length;
}

/// The unit of "\uXXXX" at `at`.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u" || text.size() - at < 6) return std::nullopt;
  unsigned unit = 0;
  for (char const c : text.substr(at + 2, 4)) {
    auto const small = static_cast<char>(c | 0x20);
    if (!digit(c) && (small < 'a' || small > 'f')) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit(c) ? c - '0' : small - 'a' + 10);
  }
  return unit;
}

/// The length of the escape at `at`, both halves of a pair together; 0 when it is none.
std::size_t escape_length(std::string_view text, std::size_t at) {
  constexpr std::string_view single = R"("\/bfnrt)";
  if (at + 1 < text.size() && single.find(text[at + 1]) != std::string_view::npos) return 2;
  auto const unit = escaped_unit(text, at);
  if (!unit) return 0;
  if (*unit < 0xd800 || *unit > 0xdfff) return 6;
  auto const second = escaped_unit(text, at + 6);
  return *unit < 0xdc00 && second && *second >= 0xdc00 && *second <= 0xdfff ? 12 : 0;
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && digit(text[at])) ++at;
  return at;
}

}  // namespace

std::optional<std::size_t> end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size();) {
    for (std::size_t run = 8; run == 8 && text.size() - at >= 8; at += run) run = ordinary(text.data() + at);
    auto const c = byte(text, at);
    std::size_t taken = 1;
    if (c == '"') return at + 1;
    if (c < 0x20) return std::nullopt;
    if (c == '\\') taken = escape_length(text, at);
    if (c >= 0x80) taken = utf8_length(text, at);
    if (taken == 0) return std::nullopt;
    at += taken;
  }
  return std::nullopt;
}

std::optional<std::size_t> end_of_number(std::string_view text, std::size_t at) {
  if (byte(text, at) == '-') ++at;
  auto end = skip_digits(text, at);
  if (end == at || (text[at] == '0' && end > at + 1)) return std::nullopt;
  if (byte(text, end) == '.') {
    at = end + 1;
    end = skip_digits(text, at);
    if (end == at) return std::nullopt;
  }
  if ((byte(text, end) | 0x20) == 'e') {
    at = end + 1;
    if (byte(text, at) == '+' || byte(text, at) == '-') ++at;
    end = skip_digits(text, at);
    if (end == at) return std::nullopt;
  }
  return end;
}

std::optional<std::size_t> end_of_word(std::string_view text, std::size_t at) {
  for (std::string_view const word : {"true", "false", "null"})
    if (text.substr(at, word.size()) == word) return at + word.size();
  return std::nullopt;
}

}  // namespace vendaval::dialects
