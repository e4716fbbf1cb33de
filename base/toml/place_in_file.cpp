#include "base/toml/place_in_file.hpp"

#include <algorithm>

namespace vendaval {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool in_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Whether a text of several lines is open at the end of `line`; `open` is how it began, "" when none was.
std::string_view text_open_after(std::string_view line, std::string_view open) {
  for (std::size_t at = 0; at < line.size();) {
    auto const rest = line.substr(at);
    if (!open.empty()) {
      auto const end = rest.find(open);
      if (end == std::string_view::npos) return open;
      at += end + 3;
      open = {};
    } else if (rest.starts_with("\"\"\"") || rest.starts_with("'''")) {
      open = rest.substr(0, 3) == "'''" ? "'''" : "\"\"\"";
      at += 3;
    } else if (rest[0] == '#') {
      return {};
    } else if (rest[0] == '"' || rest[0] == '\'') {
      auto const quote = rest[0];
      for (++at; at < line.size() && line[at] != quote; ++at)
        if (quote == '"' && line[at] == '\\') ++at;
      ++at;
    } else {
      ++at;
    }
  }
  return open;
}

}  // namespace

std::string_view leading_key(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && blank(text[at])) ++at;
  auto const begin = at;
  for (; at < text.size() && text[at] != '='; ++at) {
    if (in_key(text[at]) || text[at] == '.' || blank(text[at])) continue;
    if (text[at] != '"' && text[at] != '\'') return {};
    auto const end = text.find(text[at], at + 1);
    if (end == std::string_view::npos) return {};
    at = end;
  }
  if (at == text.size() || without_blanks(text.substr(begin, at - begin)).empty()) return {};
  return text.substr(0, at);
}

std::string_view leading_table(std::string_view text) {
  text = without_blanks(text);
  bool const list = text.starts_with("[[");
  if (!text.starts_with('[')) return {};
  auto const begin = list ? 2u : 1u;
  auto const end = text.find(list ? std::string_view("]]") : std::string_view("]"), begin);
  if (end == std::string_view::npos) return {};
  auto const after = without_blanks(text.substr(end + begin));
  auto const name = without_blanks(text.substr(begin, end - begin));
  auto const may_be = [](char c) { return in_key(c) || c == '.' || blank(c); };
  bool const alone = after.empty() || after.front() == '#';
  return alone && !name.empty() && std::ranges::all_of(name, may_be) ? name : std::string_view();
}

place_in_file place_of_line(std::string_view text, unsigned number) {
  place_in_file result;
  std::string_view open;
  for (unsigned n = 1;; ++n) {
    auto const end = text.find('\n');
    auto const line = text.substr(0, end);
    bool const asked = n == number;
    if (asked) result.line = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    if (asked) result.in_text = !open.empty();
    if (open.empty()) {
      if (auto const table = leading_table(line); !table.empty()) {
        result.table = table;
        result.key.clear();
      } else if (auto const key = leading_key(line); !key.empty()) {
        result.key = asked ? std::string() : std::string(without_blanks(key));
      }
    }
    if (asked) return result;
    if (end == std::string_view::npos) return {};
    open = text_open_after(line, open);
    text.remove_prefix(end + 1);
  }
}

}  // namespace vendaval
