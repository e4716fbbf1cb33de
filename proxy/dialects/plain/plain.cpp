#include "proxy/dialects/plain/plain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

struct known_error {
  unsigned status;
  std::string_view code, title;
};
constexpr std::array<known_error, 11> errors{{{400, "bad_request", "Bad Request"},
                                              {401, "unauthorized", "Unauthorized"},
                                              {403, "forbidden", "Forbidden"},
                                              {404, "not_found", "Not Found"},
                                              {408, "request_timeout", "Request Timeout"},
                                              {429, faults::throttled_json, "Too Many Requests"},
                                              {500, "internal_server_error", "Internal Server Error"},
                                              {502, "bad_gateway", "Bad Gateway"},
                                              {503, "service_unavailable", "Service Unavailable"},
                                              {504, "gateway_timeout", "Gateway Timeout"},
                                              {529, "site_overloaded", "Site is overloaded"}}};

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

std::string route_of(std::string_view path) {
  std::string result = "/";
  for (auto const part : segments(path)) result += (is_word(part) ? std::string(part) : "{id}") + "/";
  return result;
}

outcome outcome_of(unsigned status) {
  if (status < 400) return outcome::ok;
  if (status == 401) return outcome::auth_platform;
  if (status == 408 || status == 504) return outcome::timeout;
  if (status == 429 || status == 529) return outcome::throttled;
  return status >= 500 ? outcome::upstream_5xx : outcome::client_error;
}

}  // namespace

target plain::read(request_view const& request) {
  auto const path = split(request.target).path;
  bool const reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  target result{{}, reads ? operation::read : operation::retrieve, route_of(path)};
  auto const host = without_port(request.host);
  auto const found = std::ranges::find_if(places_, [&](place const& p) { return fits(p, host, path); });
  if (found == places_.end())
    result.what = operation::meta;
  else
    result.institutions.push_back(found->institution);
  return result;
}

judgement plain::judge(request_view const&, response_view const& response) const {
  auto const result = outcome_of(response.status);
  auto const known = std::ranges::find(errors, response.status, &known_error::status);
  return {result, known == errors.end() ? "" : std::string(known->code), weigh(result, response.status)};
}

std::optional<faults::plan::answer> plain::error(std::string_view code, std::string_view request_id) const {
  if (code == faults::throttled_html)
    return faults::plan::answer{.status = 403,
                                .code = "forbidden",
                                .content_type = "text/html",
                                .body =
                                    "<html><head><title>403 Forbidden</title></head>"
                                    "<body><h1>403 Forbidden</h1></body></html>\n",
                                .headers = {}};
  auto const known = std::ranges::find(errors, code, &known_error::code);
  if (known == errors.end()) return std::nullopt;
  return faults::plan::answer{
      .status = known->status,
      .code = std::string(code),
      .content_type = "application/problem+json",
      .body = fmt::format(R"({{"title":"{}","status":{},"instance":"{}"}})", known->title, known->status, request_id),
      .headers = {}};
}

std::vector<std::string> plain::error_codes() const {
  std::vector<std::string> result;
  for (auto const& known : errors) result.emplace_back(known.code);
  result.emplace_back(faults::throttled_html);
  return result;
}

weight plain::weigh(outcome result, unsigned status) const {
  switch (result) {
    case outcome::ok:
    case outcome::mfa: return weight::good;
    case outcome::institution_down:
    case outcome::timeout:
    case outcome::upstream_5xx:
    case outcome::network:
    case outcome::upstream_invalid:
    case outcome::invalid_body: return weight::bad;
    case outcome::client_gone: return status == 0 ? weight::bad : weight::neither;
    default: return weight::neither;
  }
}

}  // namespace vendaval::dialects
