#include "proxy/places.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "base/ascii.hpp"
#include "base/listen_address.hpp"
#include "proxy/framing/target.hpp"

namespace vendaval {
namespace {

constexpr std::array<std::string_view, 1> production_hosts{"api.belvo.com"};

std::uint16_t usual_port(bool secure) { return secure ? 443 : 80; }

std::string without_brackets(std::string_view host) {
  return std::string(host.starts_with('[') ? host.substr(1, host.size() - 2) : host);
}

upstream_place make_place(bool secure, std::string const& name, std::uint16_t port) {
  upstream_place place;
  place.secure = secure;
  place.host = without_brackets(name);
  place.port = std::to_string(port);
  place.authority = port == usual_port(secure) ? name : fmt::format("{}:{}", name, port);
  place.origin = fmt::format("{}://{}", secure ? "https" : "http", place.authority);
  place.verify_name = place.host;
  return place;
}

upstream_place read_place(std::string const& url) {
  framing::request_head parsed;
  bool const understood =
      framing::read_target(url, parsed) && parsed.form == framing::target_form::absolute && parsed.target == "/";
  auto const named = understood ? allowed_host::parse(parsed.authority) : std::nullopt;
  if (!named)
    throw std::runtime_error(
        fmt::format("upstream url = \"{}\" is not understood; accepted is a scheme, a host and an optional port, "
                    "such as \"https://sandbox.belvo.com\"",
                    url));
  bool const secure = same_name(parsed.scheme, "https");
  return make_place(secure, named->name, named->port.value_or(usual_port(secure)));
}

bool same_address(upstream_place const& a, upstream_place const& b) {
  return a.secure == b.secure && a.host == b.host && a.port == b.port;
}

}  // namespace

std::optional<allowed_host> allowed_host::parse(std::string_view text) {
  if (!framing::valid_authority(text)) return std::nullopt;
  auto const name = framing::host_of(text);
  allowed_host result{lower(name), std::nullopt};
  if (name.size() == text.size()) return result;
  auto const digits = text.substr(name.size() + 1);
  std::uint16_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (port == 0) return std::nullopt;
  result.port = port;
  return result;
}

place_table::place_table(upstream_settings const& s, std::vector<std::string> const& allowed) {
  for (auto const& text : allowed) {
    auto const entry = allowed_host::parse(text);
    if (!entry)
      throw std::runtime_error(fmt::format("\"{}\" on the allow-list is not a host name with an optional port", text));
    allowed_.push_back(*entry);
  }
  add_configured({s.url, s.ca_file, s.server_name});
  for (auto const& host : s.hosts) add_configured(host);
  configured_ = all_.size();
  for (auto const& entry : allowed_) add_allowed(entry);
  for (auto const& place : all_)
    if (is_production_host(place.host) && !s.production_confirmed)
      throw std::runtime_error(fmt::format("{} serves real customers; use the sandbox", place.origin));
}

bool place_table::on_list(upstream_place const& place) const {
  return std::ranges::any_of(allowed_, [&](allowed_host const& entry) {
    return without_brackets(entry.name) == place.host && (!entry.port || std::to_string(*entry.port) == place.port);
  });
}

void place_table::add_configured(upstream_host const& host) {
  auto place = read_place(host.url);
  if (!on_list(place)) {
    std::vector<std::string_view> names;
    for (auto const& entry : allowed_) names.push_back(entry.name);
    throw std::runtime_error(fmt::format(
        "the upstream {} is not on the allow-list of hosts (allowed: {}); add \"{}\" to allowed_hosts if breaking it "
        "on purpose is really meant",
        place.origin, names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")), place.host));
  }
  if (!host.server_name.empty()) place.verify_name = host.server_name;
  place.ca_file = host.ca_file;
  add(std::move(place));
}

/// Clear text goes no further than this machine, as everywhere in the configuration. A port that a URL names speaks
/// what that URL says and nothing else.
void place_table::add_allowed(allowed_host const& entry) {
  for (bool const secure : {true, false}) {
    if (!secure && !is_loopback(without_brackets(entry.name))) continue;
    auto place = make_place(secure, entry.name, entry.port.value_or(usual_port(secure)));
    auto const configured = std::span(all_).first(configured_);
    auto const same_port = [&](upstream_place const& p) { return p.host == place.host && p.port == place.port; };
    if (std::ranges::any_of(configured, same_port)) continue;
    auto const alike = std::ranges::find(configured, place.host, &upstream_place::host);
    if (alike != configured.end()) {
      place.ca_file = alike->ca_file;
      place.verify_name = alike->verify_name;
    }
    add(std::move(place));
  }
}

void place_table::add(upstream_place place) {
  if (std::ranges::any_of(all_, [&](upstream_place const& there) { return same_address(there, place); })) return;
  place.number = all_.size();
  all_.push_back(std::move(place));
}

upstream_place const* place_table::find(bool secure, std::string_view authority) const {
  auto const named = allowed_host::parse(authority);
  if (!named) return nullptr;
  auto const wanted = make_place(secure, named->name, named->port.value_or(usual_port(secure)));
  auto const found = std::ranges::find_if(all_, [&](upstream_place const& p) { return same_address(p, wanted); });
  return found == all_.end() ? nullptr : &*found;
}

upstream_place const* place_table::find_port(std::string_view authority) const {
  auto const named = allowed_host::parse(authority);
  if (!named || !named->port) return nullptr;
  auto const* const secure = find(true, authority);
  return secure ? secure : find(false, authority);
}

bool may_live_at(std::string_view host, std::string_view address) {
  std::string const text(address.substr(0, address.find('%')));  // without the interface's name
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
    return !IN6_IS_ADDR_LINKLOCAL(&six) && !IN6_IS_ADDR_UNSPECIFIED(&six) && !IN6_IS_ADDR_MULTICAST(&six) &&
           (!IN6_IS_ADDR_LOOPBACK(&six) || is_loopback(host));
  in_addr four{};
  if (IN6_IS_ADDR_V4MAPPED(&six))
    std::memcpy(&four, &six.s6_addr[12], sizeof four);
  else if (inet_pton(AF_INET, text.c_str(), &four) != 1)
    return false;
  auto const n = ntohl(four.s_addr);
  auto const first = n >> 24;
  bool const link_local = n >> 16 == 0xa9fe, nowhere = first == 0 || first >= 224;
  return !link_local && !nowhere && (first != 127 || is_loopback(host));
}

bool is_production_host(std::string_view host) {
  auto name = lower(host);
  while (name.ends_with('.')) name.pop_back();
  return std::ranges::find(production_hosts, name) != production_hosts.end();
}

}  // namespace vendaval
