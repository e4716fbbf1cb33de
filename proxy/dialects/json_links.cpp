#include "proxy/dialects/json_links.hpp"

#include <vector>

#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

/// A string in JSON text, and what it says. `origin_of[i]` is where character i of `value` begins in the text; one more
/// entry marks the closing quote.
struct json_string {
  std::string value;
  std::vector<std::size_t> origin_of;
  std::size_t end = 0;  // just behind the closing quote
};

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

/// Reads the string whose opening quote stands at `at`; nothing when it does not end.
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

/// Finds the end of a string without keeping what it says.
std::optional<std::size_t> skip_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return std::nullopt;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

/// "sandbox.belvo.com" or "127.0.0.1:8443" out of an origin.
std::string_view authority(std::string_view origin) {
  if (auto const scheme = origin.find("://"); scheme != std::string_view::npos) origin.remove_prefix(scheme + 3);
  while (origin.ends_with('/')) origin.remove_suffix(1);
  return origin;
}

/// How many characters of `url` are the origin to replace; 0 when it points elsewhere.
std::size_t origin_length(std::string_view url, std::string_view wanted) {
  for (auto const& [scheme, port] :
       {std::pair<std::string_view, std::string_view>{"https://", ":443"}, {"http://", ":80"}}) {
    if (!same_word(url.substr(0, scheme.size()), scheme)) continue;
    auto const length = url.find_first_of("/?#", scheme.size());
    auto host = url.substr(scheme.size(), length == std::string_view::npos ? length : length - scheme.size());
    auto const whole = scheme.size() + host.size();
    if (same_word(host, wanted)) return whole;
    if (host.ends_with(port) && same_word(host.substr(0, host.size() - port.size()), wanted)) return whole;
    if (wanted.ends_with(port) && same_word(host, wanted.substr(0, wanted.size() - port.size()))) return whole;
  }
  return 0;
}

struct replacement {
  std::size_t begin, end;
  bool escaped_slashes;
};

/// The place of the origin in the value at `at`, if it is a string and names that origin.
std::optional<replacement> origin_in(std::string_view text, json_string const& value, std::string_view wanted) {
  auto const length = origin_length(value.value, wanted);
  if (length == 0) return std::nullopt;
  auto const begin = value.origin_of[0], end = value.origin_of[length];
  return replacement{begin, end, text.substr(begin, end - begin).find("\\/") != std::string_view::npos};
}

/// Walks the whole text once; nothing when it is not one JSON object as far as nesting and strings go.
std::optional<std::vector<replacement>> find_replacements(std::string_view text, std::string_view wanted) {
  std::vector<replacement> found;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    char const c = text[at];
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth-- == 0) return std::nullopt;
    if (c != '"') {
      ++at;
      continue;
    }
    if (depth != 1) {
      auto const end = skip_string(text, at);
      if (!end) return std::nullopt;
      at = *end;
      continue;
    }
    auto const name = read_string(text, at);
    if (!name) return std::nullopt;
    at = skip_blanks(text, name->end);
    if (at >= text.size() || text[at] != ':' || (name->value != "next" && name->value != "previous")) continue;
    at = skip_blanks(text, at + 1);
    if (at >= text.size() || text[at] != '"') continue;
    auto const value = read_string(text, at);
    if (!value) return std::nullopt;
    if (auto const place = origin_in(text, *value, wanted)) found.push_back(*place);
    at = value->end;
  }
  if (depth != 0) return std::nullopt;
  return found;
}

std::string with_escaped_slashes(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '/') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::optional<std::string> rewrite_page_links(std::string_view body, std::string_view from, std::string_view to) {
  auto const start = skip_blanks(body, 0);
  if (start == body.size() || body[start] != '{' || from.empty()) return std::nullopt;
  auto const places = find_replacements(body, authority(from));
  if (!places || places->empty()) return std::nullopt;
  while (to.ends_with('/')) to.remove_suffix(1);
  std::string result;
  result.reserve(body.size() + places->size() * to.size());
  std::size_t copied = 0;
  for (auto const& place : *places) {
    result += body.substr(copied, place.begin - copied);
    result += place.escaped_slashes ? with_escaped_slashes(to) : std::string(to);
    copied = place.end;
  }
  return result += body.substr(copied);
}

}  // namespace vendaval::dialects
