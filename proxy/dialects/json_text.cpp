#include "proxy/dialects/json_text.hpp"

namespace vendaval::dialects {
namespace {

std::optional<char> unescaped_unit(std::string_view four) {
  unsigned unit = 0;
  for (char const c : four) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<unsigned>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<unsigned>(c - 'A' + 10);
    else
      return std::nullopt;
    unit = unit * 16 + digit;
  }
  return unit < 0x80 ? static_cast<char>(unit) : '\x7f';  // beyond ASCII: in no name or origin we look for
}

}  // namespace

std::optional<json_string> read_string(std::string_view text, std::size_t at) {
  json_string result;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      result.origin_of.push_back(i);
      result.end = i + 1;
      return result;
    }
    result.origin_of.push_back(i);
    if (text[i] != '\\') {
      result.value += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] != 'u') {
      result.value += text[i];  // right for \/ \" and \\; the others stand in no name or origin we look for
      continue;
    }
    if (text.size() - i < 5) return std::nullopt;
    auto const unit = unescaped_unit(text.substr(i + 1, 4));
    if (!unit) return std::nullopt;
    result.value += *unit;
    i += 4;
  }
  return std::nullopt;
}

std::optional<std::size_t> skip_string(std::string_view text, std::size_t at) {
  for (auto quote = text.find('"', at + 1); quote != std::string_view::npos; quote = text.find('"', quote + 1)) {
    auto before = quote;
    while (before > at + 1 && text[before - 1] == '\\') --before;
    if ((quote - before) % 2 == 0) return quote + 1;  // else the last of the backslashes is the quote's
  }
  return std::nullopt;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

std::optional<std::size_t> skip_value(std::string_view text, std::size_t at) {
  constexpr std::string_view ends = ",]} \t\r\n";
  std::size_t depth = 0;
  for (auto i = at; i < text.size();) {
    char const c = text[i];
    if (c == '"') {
      auto const end = skip_string(text, i);
      if (!end) return std::nullopt;
      i = *end;
      if (depth == 0) return i;
      continue;
    }
    if (depth == 0 && ends.find(c) != std::string_view::npos) return i > at ? std::optional(i) : std::nullopt;
    if (c == '{' || c == '[') ++depth;
    ++i;
    if ((c == '}' || c == ']') && --depth == 0) return i;
  }
  return std::nullopt;
}

}  // namespace vendaval::dialects
