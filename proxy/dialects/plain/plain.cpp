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
constexpr std::array<known_error, 13> errors{{{400, "bad_request", "Bad Request"},
                                              {401, "unauthorized", "Unauthorized"},
                                              {403, "forbidden", "Forbidden"},
                                              {404, "not_found", "Not Found"},
                                              {408, "request_timeout", "Request Timeout"},
                                              {429, faults::throttled_json, "Too Many Requests"},
                                              {500, "internal_server_error", "Internal Server Error"},
                                              {502, "bad_gateway", "Bad Gateway"},
                                              {503, "service_unavailable", "Service Unavailable"},
                                              {503, faults::exhausted_json, "Service Unavailable"},
                                              {529, faults::overloaded_json, "Site is overloaded"},
                                              {504, "gateway_timeout", "Gateway Timeout"},
                                              {529, "site_overloaded", "Site is overloaded"}}};

outcome outcome_of(unsigned status) {
  if (status < 400) return outcome::ok;
  if (status == 401) return outcome::auth_platform;
  if (status == 408 || status == 504) return outcome::timeout;
  if (status == 429 || status == 529) return outcome::throttled;
  return status >= 500 ? outcome::upstream_5xx : outcome::client_error;
}

}  // namespace

target plain::read(request_view const& request) {
  bool const reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  target result{{}, reads ? operation::read : operation::retrieve, safe_route(split(request.target).path)};
  if (auto bank = book_.bank_of(request))
    result.institutions.push_back(*std::move(bank));
  else
    result.what = operation::meta;
  return result;
}

judgement plain::judge(request_view const&, response_view const& response) const {
  auto const result = outcome_of(response.status);
  auto const known = std::ranges::find(errors, response.status, &known_error::status);
  return {result, known == errors.end() ? "" : std::string(known->code), weigh(result, response.status)};
}

std::optional<faults::plan::answer> plain::error(std::string_view code, std::string_view request_id) const {
  if (code == faults::throttled_html) return forbidden_page();
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

weight plain::weigh(outcome result, unsigned) const { return usual_weight(result); }

}  // namespace vendaval::dialects
