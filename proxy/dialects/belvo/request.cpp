#include "proxy/dialects/belvo/request.hpp"

#include <algorithm>
#include <array>

#include "proxy/dialects/url.hpp"

namespace vendaval::dialects::belvo_requests {
namespace {

constexpr std::array<std::string_view, 24> resources{"accounts",
                                                     "transactions",
                                                     "balances",
                                                     "owners",
                                                     "incomes",
                                                     "recurring-expenses",
                                                     "risk-insights",
                                                     "statements",
                                                     "invoices",
                                                     "tax-returns",
                                                     "tax-status",
                                                     "tax-retentions",
                                                     "tax-compliance-status",
                                                     "tax-declarations",
                                                     "employment-records",
                                                     "consents",
                                                     "bills",
                                                     "exchanges",
                                                     "income-verification",
                                                     "current-employments",
                                                     "receivables-transactions",
                                                     "categorization",
                                                     "financial-statements",
                                                     "investments"};
constexpr std::array<std::string_view, 3> investment_parts{"portfolios", "transactions", "instruments"};

bool known(auto const& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

family family_of(std::string_view word) {
  if (word == "links") return family::links;
  if (word == "token") return family::token;
  if (word == "institutions") return family::institutions;
  return known(resources, word) ? family::resource : family::other;
}

bool writes(std::string_view method) { return method == "POST" || method == "PATCH" || method == "PUT"; }

operation operation_of(family of, std::string_view method) {
  switch (of) {
    case family::links: return writes(method) || method == "DELETE" ? operation::link : operation::read;
    case family::resource: return method == "POST" || method == "PATCH" ? operation::retrieve : operation::read;
    case family::token: return operation::token;
    case family::institutions:
    case family::other: return operation::meta;
  }
  return operation::meta;
}

void take_list(std::vector<std::string>& into, std::string_view list) {
  while (!list.empty()) {
    auto const one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    if (!one.empty()) into.emplace_back(one);
  }
}

}  // namespace

bool in_api(std::string_view target) {
  return target.starts_with("/api/") || target.starts_with("/investments/") || split(target).path == "/api";
}

shape read(request_view const& request) {
  auto rest = split(request.target).path;
  auto const first = next_segment(rest);
  if (first.empty()) return {.route = "/"};
  // Portfolios are the one resource that Belvo also serves beside /api/.
  bool const beside = first == "investments";
  if (first != "api" && !beside) return {.route = "/{other}"};
  auto const resource = beside ? first : next_segment(rest);
  if (resource.empty()) return {.route = "/api/"};
  auto next = next_segment(rest);
  if (beside && next.empty()) return {.route = "/investments/"};
  shape result{.of = family_of(resource), .what = operation::meta, .route = beside ? "/" : "/api/"};
  if (result.of == family::other) {
    result.route += "{other}/";  // a path that we do not know may hold anything: not for logs
    return result;
  }
  result.route.append(resource) += '/';
  if (resource == "investments" && known(investment_parts, next)) {
    result.route.append(next) += '/';
    next = next_segment(rest);
  }
  if (!next.empty()) {
    result.id = percent_decode(next);
    result.route += "{id}/";
  }
  result.what = operation_of(result.of, request.method);
  result.names_in_body = result.id.empty() && writes(request.method) && result.of != family::institutions;
  return result;
}

filters read_filters(std::string_view target) {
  filters result;
  each_parameter(split(target).query, [&](std::string const& key, std::string const& value) {
    std::string_view name = key;
    if (name.ends_with("__in")) name.remove_suffix(4);
    if (name == "link") take_list(result.links, value);
    if (name == "institution") take_list(result.institutions, value);
    if (name == "account") take_list(result.accounts, value);
    if (name == "id") take_list(result.ids, value);
  });
  return result;
}

}  // namespace vendaval::dialects::belvo_requests
