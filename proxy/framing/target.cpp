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

bool read_absolute(std::string_view text, request_head& out) {
  auto const scheme = scheme_size(text);
  if (scheme == 0) return false;
  auto const rest = text.substr(scheme);
  auto const end = rest.find_first_of("/?");
  out.form = target_form::absolute;
  out.scheme = text.substr(0, scheme - 3);
  out.authority = rest.substr(0, end);
  // Without a path OPTIONS concerns the server as a whole (RFC 9112 §3.2.4).
  out.target = end != std::string_view::npos ? rest.substr(end) : std::string_view(out.method == "OPTIONS" ? "*" : "/");
  return valid_authority(out.authority) && (out.target == "*" || out.target.starts_with('/'));
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
  if (out.method == "CONNECT") {
    out.form = target_form::authority;
    out.authority = text;
    return valid_authority(text) && text.size() > host_of(text).size();  // without a port it names no destination
  }
  if (text.starts_with('/')) {
    out.target = text;
    return true;
  }
  if (text == "*") {
    out.form = target_form::asterisk;
    out.target = text;
    return out.method == "OPTIONS";
  }
  return read_absolute(text, out);
}

}  // namespace vendaval::framing
