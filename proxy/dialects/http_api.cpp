#include "proxy/dialects/http_api.hpp"

#include <algorithm>

#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool fits(place const& p, std::string_view host, std::string_view path) {
  if (p.host.empty() && p.path_prefix.empty()) return false;
  return (p.host.empty() || same_word(p.host, host)) && path.starts_with(p.path_prefix);
}

/// A word of an API's path, as opposed to an id: short, lower-case, without digits but for a version such as "v2".
bool is_word(std::string_view part) {
  bool const version = part.size() == 2 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9';
  bool const letters = std::ranges::all_of(part, [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
  return version || (letters && part.size() <= 32);
}

}  // namespace

std::optional<std::string> address_book::bank_of(request_view const& request) const {
  if (!header_.empty())
    if (auto const name = framing::value_of(request.fields, header_); !name.empty()) {
      auto const* bank = banks_.find(name);
      return bank ? bank->id : std::string(unknown_institution);
    }
  auto const path = split(request.target).path;
  auto const host = without_port(request.host);
  auto const found = std::ranges::find_if(places_, [&](place const& p) { return fits(p, host, path); });
  return found == places_.end() ? std::nullopt : std::optional(found->institution);
}

std::string safe_route(std::string_view path) {
  std::string result = "/";
  for (auto const part : segments(path)) result += (is_word(part) ? std::string(part) : "{id}") + "/";
  return result;
}

faults::plan::answer forbidden_page() {
  return {.status = 403,
          .code = "forbidden",
          .content_type = "text/html",
          .body =
              "<html><head><title>403 Forbidden</title></head>"
              "<body><h1>403 Forbidden</h1></body></html>\n",
          .headers = {}};
}

}  // namespace vendaval::dialects
