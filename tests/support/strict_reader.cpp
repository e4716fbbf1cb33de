#include "tests/support/strict_reader.hpp"

#include <algorithm>

namespace vendaval::test {
namespace {

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// The bytes up to the next CRLF; a CR or LF of any other kind is a mistake.
strict_result take_line(std::string_view& rest, std::string& line) {
  auto const end = rest.find_first_of(std::string_view("\r\n\0", 3));
  if (end == std::string_view::npos || (rest[end] == '\r' && end + 1 == rest.size())) return strict_result::incomplete;
  if (rest.substr(end, 2) != "\r\n") return strict_result::malformed;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return strict_result::whole;
}

bool is_token(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return letters.find(c) != std::string_view::npos || marks.find(c) != std::string_view::npos;
  });
}

bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; }

strict_result take_fields(std::string_view& rest, std::vector<std::pair<std::string, std::string>>& out) {
  for (;;) {
    std::string line;
    if (auto const got = take_line(rest, line); got != strict_result::whole) return got;
    if (line.empty()) return strict_result::whole;
    auto const colon = line.find(':');
    if (colon == std::string::npos || !is_token(line.substr(0, colon)) || std::ranges::any_of(line, is_control))
      return strict_result::malformed;
    auto value = line.substr(colon + 1);
    value.erase(0, std::min(value.find_first_not_of(" \t"), value.size()));
    value.erase(value.find_last_not_of(" \t") + 1);
    out.emplace_back(lowered(line.substr(0, colon)), value);
  }
}

/// An extension may hold text in quotes, which must be closed.
bool sound_extension(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_control(text[i])) return false;
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
  }
  return !quoted && (text.empty() || text[0] == ';');
}

strict_result take_chunks(std::string_view& rest, strict_message& out) {
  for (;;) {
    std::string line;
    if (auto const got = take_line(rest, line); got != strict_result::whole) return got;
    auto const digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
    if (digits == 0 || digits > 15 || !sound_extension(std::string_view(line).substr(digits)))
      return strict_result::malformed;
    auto const size = std::stoull(line.substr(0, digits), nullptr, 16);
    if (size == 0) break;
    if (rest.size() < size + 2) return strict_result::incomplete;
    if (rest.substr(size, 2) != "\r\n") return strict_result::malformed;
    out.body += rest.substr(0, size);
    rest.remove_prefix(size + 2);
  }
  std::vector<std::pair<std::string, std::string>> trailers;
  auto const got = take_fields(rest, trailers);
  for (auto const& [name, value] : trailers)
    if (name == "content-length" || name == "transfer-encoding" || name == "host") return strict_result::malformed;
  return got;
}

strict_result take_body(std::string_view& rest, strict_message& out) {
  auto const lengths = out.all("content-length"), codings = out.all("transfer-encoding");
  if (lengths.size() + codings.size() > 1) return strict_result::malformed;
  if (!codings.empty()) return codings[0] == "chunked" ? take_chunks(rest, out) : strict_result::malformed;
  if (lengths.empty()) return strict_result::whole;
  bool const number =
      !lengths[0].empty() && lengths[0].size() < 19 && lengths[0].find_first_not_of("0123456789") == std::string::npos;
  if (!number) return strict_result::malformed;
  auto const size = std::stoull(lengths[0]);
  if (rest.size() < size) return strict_result::incomplete;
  out.body = rest.substr(0, size);
  rest.remove_prefix(size);
  return strict_result::whole;
}

bool sound_start(std::string const& line, strict_message& out) {
  auto const first = line.find(' '), last = line.rfind(' ');
  if (first == std::string::npos || last == first) return false;
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  bool const visible = std::ranges::all_of(out.target, [](char c) { return c > ' ' && c < 0x7f; });
  bool const form = out.target.starts_with('/') || (out.target == "*" && out.method == "OPTIONS");
  return line.substr(last + 1) == "HTTP/1.1" && is_token(out.method) && visible && form &&
         out.target.find('#') == std::string::npos;
}

}  // namespace

std::vector<std::string> strict_message::all(std::string_view name) const {
  std::vector<std::string> result;
  for (auto const& [n, value] : fields)
    if (n == name) result.push_back(value);
  return result;
}

strict_result read_strictly(std::string_view bytes, strict_message& out) {
  out = {};
  auto rest = bytes;
  std::string start;
  if (auto const got = take_line(rest, start); got != strict_result::whole) return got;
  if (!sound_start(start, out)) return strict_result::malformed;
  if (auto const got = take_fields(rest, out.fields); got != strict_result::whole) return got;
  if (out.all("host").size() != 1) return strict_result::malformed;
  auto const got = take_body(rest, out);
  out.size = bytes.size() - rest.size();
  return got;
}

}  // namespace vendaval::test
