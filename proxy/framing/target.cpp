#include "proxy/framing/target.hpp"

#include <algorithm>

#include "proxy/framing/characters.hpp"

namespace vendaval::framing {
namespace {

bool letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool hex_digit(char c) { return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool name_char(char c) { return letter(c) || digit(c) || c == '-' || c == '.' || c == '_' || c == '~'; }
bool address_char(char c) { return hex_digit(c) || c == ':' || c == '.'; }
bool target_char(char c) { return c > 0x20 && c < 0x7f && c != '#'; }

bool valid_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, digit)) return false;
  unsigned port = 0;
  for (char const c : text) port = port * 10 + static_cast<unsigned>(c - '0');
  return port <= 65535;
}

std::size_t scheme_size(std::string_view text) {
  for (std::string_view const scheme : {"http://", "https://"})
    if (text.size() > scheme.size() && same_name(text.substr(0, scheme.size()), scheme)) return scheme.size();
  return 0;
}

}  // namespace

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool valid_authority(std::string_view text) {
  auto const host = host_of(text);
  auto const rest = text.substr(host.size());
  if (!rest.empty() && (rest.front() != ':' || !valid_port(rest.substr(1)))) return false;
  if (host.starts_with('[')) {
    auto const inside = host.substr(1, host.size() - 2);
    return host.size() > 3 && host.back() == ']' && std::ranges::all_of(inside, address_char);
  }
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, name_char);
}

bool read_target(std::string_view text, request_head& out) {
  if (!std::ranges::all_of(text, target_char)) return false;
  if (text.starts_with('/')) {
    out.target = text;
    return true;
  }
  auto const scheme = scheme_size(text);
  if (scheme == 0) return false;
  auto const rest = text.substr(scheme);
  auto const end = rest.find_first_of("/?");
  out.absolute = true;
  out.authority = rest.substr(0, end);
  out.target = end == std::string_view::npos ? std::string_view("/") : rest.substr(end);
  return valid_authority(out.authority) && out.target.starts_with('/');
}

}  // namespace vendaval::framing
