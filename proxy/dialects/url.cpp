#include "proxy/dialects/url.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace vendaval::dialects {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

split_target split(std::string_view target) {
  target = target.substr(0, target.find('#'));
  auto const mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::string percent_decode(std::string_view text) {
  bool const plain = text.find('%') == std::string_view::npos && text.find('+') == std::string_view::npos;
  if (plain) return std::string(text);
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

void each_parameter(std::string_view query, std::function<void(std::string const&, std::string const&)> take) {
  while (!query.empty()) {
    auto const pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    auto const equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    take(percent_decode(pair.substr(0, equals)), percent_decode(pair.substr(equals + 1)));
  }
}

std::string_view next_segment(std::string_view& path) {
  std::string_view part;
  while (part.empty() && !path.empty()) {
    part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
  }
  return part;
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> result;
  for (auto part = next_segment(path); !part.empty(); part = next_segment(path)) result.push_back(part);
  return result;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
  }
  return true;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool contains_word(std::string_view text, std::string_view word) {
  return !std::ranges::search(text, word, [](char x, char y) { return lower(x) == lower(y); }).empty();
}

}  // namespace vendaval::dialects
